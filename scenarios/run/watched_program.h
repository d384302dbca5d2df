/// @file
/// The program that is watched: one that we have started, or one that was there before us.
///
/// The difference is whose it is. What we have started is ours: its processes become our children
/// when their parents die, signals are passed on to it, and nothing of it is left when we end. A
/// program that we have only attached to goes on without us, unless its end is asked for.
///
/// Thread safety: none.
#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>
#include <vector>

#include "core/posix/unique_fd.h"
#include "core/time.h"
#include "scenarios/hang_proof/proc.h"
#include "scenarios/process/child_process.h"
#include "scenarios/process/ended_processes.h"

namespace workbench::scenarios {

class WatchedProgram {
 public:
  WatchedProgram() = default;
  WatchedProgram(const WatchedProgram&) = delete;
  virtual ~WatchedProgram() = default;

  virtual hang_proof::Tree tree() const = 0;
  /// Waits until the program has ended. Returns false if the deadline came first, or if the
  /// descriptor `also` became readable first.
  virtual bool wait_until(TimePoint deadline, int also) = 0;
  /// Tells `ended` of processes that have ended, as far as they are ours to reap.
  virtual void reap(EndedProcesses& ended) = 0;
  /// Passes on a signal that was meant for it. Returns false if it is not ours to do so.
  virtual bool pass_on(int signal) = 0;
  /// How it has ended. Empty if that is not known. Call once, when it has ended.
  virtual ProcessEnd end() = 0;
  /// How many of its processes have outlived it.
  virtual std::size_t left_behind() = 0;
  /// Asks all of it to end, and waits a moment for that.
  virtual void ask_to_end() = 0;
  /// Ends all of it by force. Returns those that we were not permitted to end.
  virtual std::vector<pid_t> end_by_force() = 0;
};

/// Calls `life` in a child process, which exits with what `life` returns.
class StartedProgram : public WatchedProgram {
 public:
  explicit StartedProgram(const std::function<int()>& life)
      : child_(std::in_place, life, ChildProcess::Group::ours) {}

  hang_proof::Tree tree() const override;
  bool wait_until(TimePoint deadline, int also) override;
  void reap(EndedProcesses& ended) override;
  bool pass_on(int signal) override;
  ProcessEnd end() override { return child_->end(); }
  std::size_t left_behind() override;
  void ask_to_end() override;
  std::vector<pid_t> end_by_force() override;

 private:
  std::optional<ChildProcess> child_;
};

/// Another process, and what it has started.
class AttachedProgram : public WatchedProgram {
 public:
  /// Throws UsageError if there is no such process, or if it is one that we descend from.
  explicit AttachedProgram(pid_t process);

  hang_proof::Tree tree() const override { return {.root = process_, .with_root = true}; }
  bool wait_until(TimePoint deadline, int also) override;
  void reap(EndedProcesses& /*ended*/) override {}
  bool pass_on(int /*signal*/) override { return false; }
  ProcessEnd end() override { return {}; }
  std::size_t left_behind() override { return 0; }
  void ask_to_end() override;
  std::vector<pid_t> end_by_force() override;

 private:
  pid_t process_;
  posix::UniqueFd pidfd_;
};

}  // namespace workbench::scenarios
