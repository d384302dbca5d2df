/// @file
/// The tasks that the parent gave to a worker: which of them are begun, and which may be taken
/// back.
///
///     │ t4 │ t5 │ t6 │ t7 │      the worker, at the front: begins t5        range 1..4 ▶ 2..4
///          ▲              ▲      the parent, at the end: takes t7 back      range 2..4 ▶ 2..3
///        begun           end
///
/// Both move their end of one word in memory that they share, each by a compare-and-swap: a task is
/// begun or taken back, never both, and a process that is killed at any instant leaves the word in
/// a state that says which. It also says what the worker is on.
///
/// Thread safety: `begin_next` and `more` for the worker, the others for the parent.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/batch.h"
#include "core/task.h"
#include "core/time.h"

namespace workbench::processes {

class Hand {
 public:
  /// What the parent sees of it.
  struct Seen {
    std::size_t begun = 0;  ///< how many of the batch
    TaskId task = 0;        ///< the last of those
    TimePoint since{};      ///< about when
  };

  /// The next task; empty when there is none.
  std::optional<TaskId> begin_next() {
    Range range = range_.load(std::memory_order_acquire);
    while (range.begun < range.end) {
      since_.store(soon().time_since_epoch().count(), std::memory_order_relaxed);
      const Range next{range.begun + 1, range.end};
      if (range_.compare_exchange_weak(range, next, std::memory_order_acq_rel)) {
        return tasks_[range.begun];
      }
    }
    return std::nullopt;
  }

  /// Is there a task that is not begun? The parent may take it back.
  bool more() const { return not_begun() > 0; }
  std::size_t not_begun() const {
    const Range range = range_.load(std::memory_order_acquire);
    return range.end - range.begun;
  }

  /// About when the last task was begun.
  TimePoint began() const { return TimePoint(Duration(since_.load(std::memory_order_relaxed))); }

  /// Puts a batch in place of the one before. Requires: at most kBatch tasks, none of the old ones
  /// is left, and the worker waits for these.
  void fill(const std::vector<TaskId>& tasks) {
    std::copy(tasks.begin(), tasks.end(), tasks_.begin());
    range_.store({0, static_cast<std::uint32_t>(tasks.size())}, std::memory_order_release);
  }

  /// Takes back the last `count` tasks that are not begun, or as many as there are.
  std::vector<TaskId> take_back(std::size_t count) {
    Range range = range_.load(std::memory_order_acquire);
    for (;;) {
      const auto taken = std::min<std::size_t>(count, range.end - range.begun);
      const Range left{range.begun, range.end - static_cast<std::uint32_t>(taken)};
      if (range_.compare_exchange_weak(range, left, std::memory_order_acq_rel)) {
        return {tasks_.begin() + left.end, tasks_.begin() + range.end};
      }
    }
  }

  /// Takes back all that is not begun, unless more than `begun` are by now: empty then.
  std::optional<std::vector<TaskId>> freeze(std::size_t begun) {
    Range range = range_.load(std::memory_order_acquire);
    while (range.begun == begun) {
      if (range_.compare_exchange_weak(range, {range.begun, range.begun},
                                       std::memory_order_acq_rel)) {
        return std::vector<TaskId>(tasks_.begin() + range.begun, tasks_.begin() + range.end);
      }
    }
    return std::nullopt;
  }

  Seen look() const {
    for (;;) {
      const Range range = range_.load(std::memory_order_acquire);
      const Seen seen{.begun = range.begun,
                      .task = range.begun == 0 ? 0 : tasks_[range.begun - 1],
                      .since = began()};
      if (range_.load(std::memory_order_acquire).begun == range.begun) return seen;
    }
  }

 private:
  struct Range {
    std::uint32_t begun = 0;
    std::uint32_t end = 0;
  };

  std::atomic<Range> range_{Range{}};
  std::atomic<Duration::rep> since_{0};
  std::array<TaskId, kBatch> tasks_{};  // written by the parent while the worker waits

  static_assert(std::atomic<Range>::is_always_lock_free, "a lock must not be shared");
};

}  // namespace workbench::processes
