/// @file
/// One look at every thread of a tree of processes: what it does, and how often it has been taken
/// off its processor.
///
/// A look takes a while, so a look is not of one instant. Two equal ones are: a thread that did
/// anything in between would have been switched once more (see proof.h).
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "scenarios/hang_proof/proc.h"
#include "scenarios/hang_proof/system_call.h"

namespace workbench::hang_proof {

struct ThreadSnapshot {
  pid_t process = 0;
  pid_t thread = 0;
  std::string command;      ///< its name, as `ps` shows it
  char state = '?';         ///< R S D T t …, see proc(5)
  std::string switches;     ///< how often it has been switched, voluntarily and not
  std::string call_line;    ///< as the kernel gives it; empty where it may not be read
  bool held_still = false;  ///< not switched while it was looked at

  bool operator==(const ThreadSnapshot&) const = default;

  std::optional<SystemCall> call() const { return parse_system_call(call_line); }

  /// Asleep in a call that has no limit of time.
  bool waits_untimed() const;
};

/// A look at one thread. Empty if it is gone, or ended and not yet reaped.
std::optional<ThreadSnapshot> snapshot_of(pid_t process, pid_t thread);

/// A look at each thread of these processes.
std::vector<ThreadSnapshot> snapshots_of(const std::vector<pid_t>& processes);

}  // namespace workbench::hang_proof
