/// @file
/// A run in a process of its own, in a process group of its own, whose end can be waited for and
/// whose every descendant can be found and ended.
///
/// The caller becomes the subreaper of what it starts: a worker that outlives its parent becomes
/// its child, and is neither overlooked nor left behind.
///
/// Requires: the calling process has no other threads and no other children.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <functional>
#include <optional>

#include "core/processes/unique_fd.h"
#include "core/time.h"
#include "scenarios/account.h"

namespace workbench::scenarios {

/// What is seen when the process of a run has ended.
struct Ending {
  std::optional<int> code{};         ///< it exited
  std::optional<int> signal{};       ///< a signal ended it
  std::optional<Account> account{};  ///< what it told, if it came so far
};

class ChildRun {
 public:
  enum class Output { passed_on, discarded };

  /// Starts `run` in a child. Throws std::system_error.
  ChildRun(const std::function<Account()>& run, Output output);
  ChildRun(const ChildRun&) = delete;
  /// Ends whatever is left of it.
  ~ChildRun();

  pid_t pid() const { return pid_; }

  /// Readable when the child has ended.
  int pidfd() const { return pidfd_.get(); }

  /// Waits until the child has ended. False: the deadline came first.
  bool wait_until(TimePoint deadline) const;

  /// Requires: the child has ended. Call once.
  Ending ending();

  /// How many descendants are still there once each has had `grace` to leave.
  static std::size_t left_behind(Duration grace);

  /// Ends and reaps every descendant of the calling process.
  static void end_all();

 private:
  pid_t pid_ = -1;
  processes::UniqueFd pidfd_;
  processes::UniqueFd told_;  // a nameless file that the account is written to
};

}  // namespace workbench::scenarios
