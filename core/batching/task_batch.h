/// @file
/// A batch: several tasks that a worker took at once. The worker begins them one by one, from the
/// front; idle workers steal those that it has not begun, from the end.
///
///     │ t4 │ t5 │ t6 │ t7 │      its worker begins t5:     range 1..4 becomes 2..4
///          ▲              ▲      a thief steals t7:        range 2..4 becomes 2..3
///        begun           end
///
/// Both ends are in one word, and each side moves its end by a compare-and-swap of the whole word.
/// So a task is either begun or stolen, never both, and no lock is needed. The word also tells
/// which task the worker is on. If it is in memory that two processes share, the parent can read it
/// even after the worker was killed.
///
/// Thread safety: `begin_next`, `more` and `began` are for the worker. The other members may be
/// called by one thread at a time; `fill` only by the worker itself, or while the worker waits for
/// its answer.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/batching/batch_size.h"
#include "core/runtime.h"
#include "core/task.h"
#include "core/time.h"

namespace workbench {

template <class Sync>
class TaskBatch {
 public:
  /// The next task; empty when there is none, or when the batch was closed.
  MaybeTask begin_next() {
    Range range = range_.load(std::memory_order_acquire);
    while (range.begun < range.end && !range.closed) {
      // The time first: a reader that sees the task begun must not find an older time.
      since_.store(Sync::coarse_now().time_since_epoch().count(), std::memory_order_relaxed);
      const Range next{.begun = range.begun + 1, .end = range.end};
      if (range_.compare_exchange_weak(range, next, std::memory_order_acq_rel)) {
        return tasks_[range.begun];
      }
    }
    return {};
  }

  /// Is there a task that is not begun? When the answer is used, it may already be stolen.
  bool more() const { return not_begun() > 0; }
  std::size_t not_begun() const {
    const Range range = range_.load(std::memory_order_acquire);
    return range.end - range.begun;
  }

  /// When the last task was begun, to a tick of the kernel (see `coarse_now`).
  TimePoint began() const { return TimePoint(Duration(since_.load(std::memory_order_acquire))); }

  /// Replaces the old batch. Requires: at most kBatch tasks, and no task of the old batch is left.
  void fill(std::span<const TaskId> tasks) {
    std::copy(tasks.begin(), tasks.end(), tasks_.begin());
    range_.store({.end = static_cast<std::uint16_t>(tasks.size())}, std::memory_order_release);
  }

  /// Takes away the last `count` of the tasks that are not begun, or all if there are fewer.
  std::vector<TaskId> steal(std::size_t count) {
    Range range = range_.load(std::memory_order_acquire);
    for (;;) {
      const auto stolen = std::min<std::size_t>(count, range.end - range.begun);
      Range left = range;
      left.end -= static_cast<std::uint16_t>(stolen);
      if (range_.compare_exchange_weak(range, left, std::memory_order_acq_rel)) {
        return {tasks_.begin() + left.end, tasks_.begin() + range.end};
      }
    }
  }

  /// Closes the batch if its worker is still on its `begun`-th task; then the worker can begin no
  /// other one. False: the worker has gone on to a later task, and nothing was done.
  bool close(std::size_t begun) {
    Range range = range_.load(std::memory_order_acquire);
    while (range.begun == begun) {
      Range closed = range;
      closed.closed = 1;
      if (range_.compare_exchange_weak(range, closed, std::memory_order_acq_rel)) return true;
    }
    return false;
  }

  /// What its worker is on. `before`: what it was on when the batch was filled. This is also the
  /// answer as long as the worker has not begun the first task of this batch.
  InFlight in_flight(const InFlight& before) const {
    for (;;) {
      const Range range = range_.load(std::memory_order_acquire);
      if (range.begun == 0) return before;
      const InFlight now{.worker = before.worker,
                         .task = tasks_[range.begun - 1],
                         .since = began(),
                         .pops = before.pops + range.begun};
      // If the worker has begun another task meanwhile, task and time may not belong together.
      if (range_.load(std::memory_order_acquire).begun == range.begun) return now;
    }
  }

 private:
  struct Range {
    std::uint32_t begun = 0;   // tasks_[0 .. begun) were begun
    std::uint16_t end = 0;     // tasks_[begun .. end) are left
    std::uint16_t closed = 0;  // 1: the worker may begin no more
    bool operator==(const Range&) const = default;
  };
  static_assert(std::atomic<Range>::is_always_lock_free, "a lock must not be shared");

  typename Sync::template atomic<Range> range_{Range{}};
  typename Sync::template atomic<Duration::rep> since_{0};
  std::array<TaskId, kBatch> tasks_;  // written only by fill()
};

}  // namespace workbench
