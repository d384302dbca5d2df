/// @file
/// The tasks that were given to a worker: which of them are begun, and which may be taken away.
///
///     │ t4 │ t5 │ t6 │ t7 │      the worker, at the front: begins t5     range 1..4 ▶ 2..4
///          ▲              ▲      others, at the end: take t7             range 2..4 ▶ 2..3
///        begun           end
///
/// Both move their end of one word, each by a compare-and-swap: a task is begun or taken, never
/// both. The word also says what the worker is on. In memory that two processes share it says so
/// at every instant, even when its worker was killed.
///
/// Thread safety: `begin_next`, `more` and `began` for the worker; the other members for one at a
/// time, and `fill` only while the worker is in it or waits for it.
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
class Hand {
 public:
  /// The next task; empty when there is none, or the hand was closed.
  MaybeTask begin_next() {
    Range range = range_.load(std::memory_order_acquire);
    while (range.begun < range.end && !range.closed) {
      since_.store(Sync::soon().time_since_epoch().count(), std::memory_order_relaxed);
      const Range next{.begun = range.begun + 1, .end = range.end};
      if (range_.compare_exchange_weak(range, next, std::memory_order_acq_rel)) {
        return tasks_[range.begun];
      }
    }
    return {};
  }

  /// Is there a task that is not begun? Others may take it.
  bool more() const { return not_begun() > 0; }
  std::size_t not_begun() const {
    const Range range = range_.load(std::memory_order_acquire);
    return range.end - range.begun;
  }

  /// About when the last task was begun.
  TimePoint began() const { return TimePoint(Duration(since_.load(std::memory_order_acquire))); }

  /// Puts a batch in place of the one before. Requires: at most kBatch tasks, and none of the old
  /// ones is left.
  void fill(std::span<const TaskId> tasks) {
    std::copy(tasks.begin(), tasks.end(), tasks_.begin());
    range_.store({.end = static_cast<std::uint16_t>(tasks.size())}, std::memory_order_release);
  }

  /// Takes away the last `count` tasks that are not begun, or as many as there are.
  std::vector<TaskId> take(std::size_t count) {
    Range range = range_.load(std::memory_order_acquire);
    for (;;) {
      const auto taken = std::min<std::size_t>(count, range.end - range.begun);
      Range left = range;
      left.end -= static_cast<std::uint16_t>(taken);
      if (range_.compare_exchange_weak(range, left, std::memory_order_acq_rel)) {
        return {tasks_.begin() + left.end, tasks_.begin() + range.end};
      }
    }
  }

  /// Keeps the worker from beginning another task of this batch. False, and nothing was done: it
  /// has begun more than `begun`.
  bool close(std::size_t begun) {
    Range range = range_.load(std::memory_order_acquire);
    while (range.begun == begun) {
      Range closed = range;
      closed.closed = 1;
      if (range_.compare_exchange_weak(range, closed, std::memory_order_acq_rel)) return true;
    }
    return false;
  }

  /// What the worker holds. `before`: what it held when the hand was filled.
  Hold look(const Hold& before) const {
    for (;;) {
      const Range range = range_.load(std::memory_order_acquire);
      if (range.begun == 0) return before;
      const Hold hold{.worker = before.worker,
                      .task = tasks_[range.begun - 1],
                      .since = began(),
                      .pops = before.pops + range.begun};
      if (range_.load(std::memory_order_acquire).begun == range.begun) return hold;
    }
  }

 private:
  struct Range {
    std::uint32_t begun = 0;
    std::uint16_t end = 0;
    std::uint16_t closed = 0;  // 1: the worker may begin no more
    bool operator==(const Range&) const = default;
  };
  static_assert(std::atomic<Range>::is_always_lock_free, "a lock must not be shared");

  typename Sync::template atomic<Range> range_{Range{}};
  typename Sync::template atomic<Duration::rep> since_{0};
  std::array<TaskId, kBatch> tasks_;  // written while the worker waits
};

}  // namespace workbench
