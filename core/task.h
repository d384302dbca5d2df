/// @file
/// Tasks are known in advance, so queues carry their *positions*: small, cheap to ship between
/// processes, and enough to say which task was in whose hands.
#pragma once

#include <cstddef>
#include <limits>
#include <optional>

namespace workbench {

/// A task's position in the list given to `run`, from 0.
using TaskId = std::size_t;

/// A worker's number, from 0 in the order of starting. A replaced worker gets a new number.
using WorkerId = int;

/// A task or none, in the space of a position: there is one for each task of a run, and a run may
/// have very many.
class MaybeTask {
 public:
  constexpr MaybeTask() = default;
  constexpr MaybeTask(TaskId task) : task_(task) {}   // NOLINT(google-explicit-*)
  constexpr operator std::optional<TaskId>() const {  // NOLINT(google-explicit-*)
    return *this ? std::optional(task_) : std::nullopt;
  }

  constexpr explicit operator bool() const { return task_ != kNone; }
  /// Requires: there is one.
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
/// `input_queue` holds tasks and pills. Popping one puts the task into the popper's hands, and the
/// runtime remembers that (see `InFlight`).
inline constexpr MaybeTask pill;

}  // namespace workbench
