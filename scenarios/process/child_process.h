/// @file
/// A child process: its end can be waited for, and every process that descends from it can be found
/// and ended.
///
/// The calling process becomes the subreaper of all that it starts (prctl(2)): if a worker outlives
/// its parent, the kernel makes it a child of the calling process. So no worker is overlooked or
/// left behind.
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

/// How a process has ended: exactly one of the two is there.
struct ProcessEnd {
  std::optional<int> code{};    ///< it exited
  std::optional<int> signal{};  ///< a signal ended it
};

class ChildProcess {
 public:
  /// The process group of the child: one of its own, or that of the calling process.
  enum class Group { own, ours };

  /// Starts a child that calls `life` and exits with what `life` returns. Throws std::system_error.
  ChildProcess(const std::function<int()>& life, Group group);
  ChildProcess(const ChildProcess&) = delete;
  /// Ends all that is left, as `end_all` does.
  ~ChildProcess();

  /// Waits until the child has ended. Returns false if the deadline came first, or if the
  /// descriptor `also` became readable first (-1: none).
  bool wait_until(TimePoint deadline, int also = -1) const;

  /// Reaps those that have ended and whose parents were gone, so that they had become ours. Not the
  /// child itself.
  /// `hear` is told of each.
  void reap_others(const std::function<void(pid_t process, ProcessEnd end)>& hear) const;

  /// Reaps the child, and returns how it ended. Requires: the child has ended. Call once.
  ProcessEnd end();

  /// Waits until all descendants have left, but no longer than `grace`. Returns how many are still
  /// there.
  static std::size_t left_behind(Duration grace);

  /// Sends SIGTERM to all descendants, so that they may do what they do at their end, and waits for
  /// that, but no longer than `grace`.
  static void ask_all_to_end(Duration grace);

  /// Kills and reaps every descendant of the calling process. A process of another user cannot be
  /// killed; it is given a second to leave by itself. Returns those that did not.
  static std::vector<pid_t> end_all();

 private:
  pid_t pid_ = 0;
  posix::UniqueFd pidfd_;
};

}  // namespace workbench::scenarios
