/// @file
/// A child process whose end can be waited for, and whose every descendant can be found and ended.
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
#include <vector>

#include "core/posix/unique_fd.h"
#include "core/time.h"

namespace workbench::scenarios {

/// How a process has ended: one of the two.
struct ProcessEnd {
  std::optional<int> code{};    ///< it exited
  std::optional<int> signal{};  ///< a signal ended it
};

class ChildProcess {
 public:
  enum class Group { own, ours };

  /// Starts `life` in a child, which exits with what it returns. Throws std::system_error.
  ChildProcess(const std::function<int()>& life, Group group);
  ChildProcess(const ChildProcess&) = delete;
  /// Ends whatever is left of it.
  ~ChildProcess();

  /// Waits until the child has ended. False: the deadline came first, or `also` became readable.
  bool wait_until(TimePoint deadline, int also = -1) const;

  /// Requires: the child has ended. Call once.
  ProcessEnd end();

  /// How many descendants are still there once each has had `grace` to leave.
  static std::size_t left_behind(Duration grace);

  /// Ends and reaps every descendant of the calling process. Returns those that it could not end: a
  /// process of another user is given a second to leave by itself.
  static std::vector<pid_t> end_all();

 private:
  posix::UniqueFd pidfd_;
};

}  // namespace workbench::scenarios
