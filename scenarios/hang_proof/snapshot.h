/// @file
/// A snapshot of a thread: which system call it is in, and how often it has been taken off its
/// processor.
///
/// To take snapshots of all threads takes a while, so together they do not show one instant. But if
/// two snapshots of a thread are equal, it did nothing in between: otherwise it would have been
/// switched once more (see proof.h).
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
  char state = '?';         ///< R, S, D, T, t, …: see proc(5)
  std::string switches;     ///< how often it has been switched, voluntarily and not
  std::string call_line;    ///< its system call, as in /proc; empty if it may not be read
  bool held_still = false;  ///< not switched while the snapshot was taken, nor writes its core

  bool operator==(const ThreadSnapshot&) const = default;

  std::optional<SystemCall> call() const { return parse_system_call(call_line); }

  /// It does not sleep, or did not all the while.
  bool runs() const { return state != 'S' || !held_still; }
  /// It sleeps in a system call that has no limit of time.
  bool waits_untimed() const;
};

/// A snapshot of one thread. Empty if the thread is gone, or has ended and is not yet reaped.
std::optional<ThreadSnapshot> snapshot_of(pid_t process, pid_t thread);

/// Was the thread switched since the snapshot was taken? If not, it is still in the same call: to
/// see that takes one file in place of three.
bool has_run_since(const ThreadSnapshot& snapshot);

/// A snapshot of each thread of these processes.
std::vector<ThreadSnapshot> snapshots_of(const std::vector<pid_t>& processes);

}  // namespace workbench::hang_proof
