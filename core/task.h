/// @file
/// All tasks of a run are known in advance, so queues carry only their *positions*. A position is
/// small, cheap to send to another process, and enough to say which worker was on which task.
#pragma once

#include <cstddef>
#include <limits>
#include <optional>

namespace workbench {

/// A task's position in the list given to `run`, from 0.
using TaskId = std::size_t;

/// A worker's number, from 0 in the order of starting. A replaced worker gets a new number.
using WorkerId = int;

/// A task or none. It is as small as a position, half of a std::optional, because a run may have
/// millions of them.
class MaybeTask {
 public:
  constexpr MaybeTask() = default;
  constexpr MaybeTask(TaskId task) : task_(task) {}   // NOLINT(google-explicit-*)
  constexpr operator std::optional<TaskId>() const {  // NOLINT(google-explicit-*)
    return *this ? std::optional(task_) : std::nullopt;
  }

  constexpr explicit operator bool() const { return task_ != kNone; }
  /// Requires: there is a task.
  constexpr TaskId operator*() const { return task_; }
  constexpr bool operator==(const MaybeTask&) const = default;

  /// Saves and loads (cereal).
  template <class Archive>
  void serialize(Archive& archive) {
    archive(task_);
  }

 private:
  static constexpr TaskId kNone = std::numeric_limits<TaskId>::max();  // no list is that long
  TaskId task_ = kNone;
};

/// The poison pill: "no more tasks, leave". It is the absence of a task, so no task can equal it.
/// `input_queue` carries tasks and pills. When a worker pops a task, the runtime remembers that
/// this worker is on it (see `InFlight`).
inline constexpr MaybeTask pill;

}  // namespace workbench
