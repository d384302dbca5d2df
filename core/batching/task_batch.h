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
  std::size_t not_begun() const { return left_in(range_.load(std::memory_order_acquire)); }

  /// When the last task was begun, to a tick of the kernel (see `coarse_now`).
  TimePoint began() const { return TimePoint(Duration(since_.load(std::memory_order_acquire))); }

  /// Replaces the old batch. Requires: at most kBatch tasks, and no task of the old batch is left.
  void fill(std::span<const TaskId> tasks) {
    std::copy(tasks.begin(), tasks.end(), tasks_.begin());
    range_.store({.end = static_cast<std::uint16_t>(tasks.size())}, std::memory_order_release);
  }

  /// Takes away the last `count` of the tasks that are not begun, or all if there are fewer.
  std::vector<TaskId> steal(std::size_t count) {
    std::vector<TaskId> loot;
    loot.reserve(std::min(count, not_begun()));  // before they are taken: there may be no memory
    const Positions stolen = steal_positions(count);
    loot.assign(tasks_.begin() + stolen.begin, tasks_.begin() + stolen.end);
    return loot;
  }

  /// The same; only where in the batch the stolen tasks are.
  struct Positions {
    std::uint16_t begin = 0;
    std::uint16_t end = 0;
  };
  Positions steal_positions(std::size_t count) {
    Range range = range_.load(std::memory_order_acquire);
    for (;;) {
      const std::size_t stolen = std::min(count, left_in(range));
      if (stolen == 0) return {};
      Range left = range;
      left.end -= static_cast<std::uint16_t>(stolen);
      if (range_.compare_exchange_weak(range, left, std::memory_order_acq_rel)) {
        return {.begin = left.end, .end = range.end};
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

  /// The same, whatever its worker is on.
  void close() {
    while (!close(range_.load(std::memory_order_acquire).begun)) {
    }
  }

  /// What its worker is on. `before`: what it was on when the batch was filled. This is also the
  /// answer as long as the worker has not begun the first task of this batch.
  InFlight in_flight(const InFlight& before) const { return in_flight(before, tasks_); }

  /// The same, for a reader who knows the tasks of the batch, and does not trust what is here.
  InFlight in_flight(const InFlight& before, std::span<const TaskId> tasks) const {
    for (;;) {
      const Range range = range_.load(std::memory_order_acquire);
      if (range.begun == 0 || range.begun > tasks.size()) return before;
      const InFlight now{.worker = before.worker,
                         .task = tasks[range.begun - 1],
                         .since = began(),
                         .pops = before.pops + range.begun};
      // If the worker has begun another task meanwhile, task and time may not belong together.
      if (range_.load(std::memory_order_acquire).begun == range.begun) return now;
    }
  }

  /// Do its positions make sense for a batch that had so many tasks?
  bool is_within(std::size_t tasks) const {
    const Range range = range_.load(std::memory_order_acquire);
    return range.begun <= range.end && range.end <= tasks;
  }

 private:
  // Aligned as a whole word, so that every compiler moves it as one.
  struct alignas(8) Range {
    std::uint32_t begun = 0;   // tasks_[0 .. begun) were begun
    std::uint16_t end = 0;     // tasks_[begun .. end) are left
    std::uint16_t closed = 0;  // 1: the worker may begin no more
    bool operator==(const Range&) const = default;
  };
  static_assert(std::atomic<Range>::is_always_lock_free, "a lock must not be shared");

  static std::size_t left_in(const Range& range) {
    return range.end > range.begun ? range.end - range.begun : 0;
  }

  typename Sync::template atomic<Range> range_{Range{}};
  typename Sync::template atomic<Duration::rep> since_{0};
  std::array<TaskId, kBatch> tasks_;  // written only by fill()
};

}  // namespace workbench
