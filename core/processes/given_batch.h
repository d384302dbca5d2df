/// @file
/// The batch that a worker was given, as its parent sees it.
///
///     parent:         t4  t5  t6  t7       what it gave: its own list
///     shared memory:  begun 2, end 3       how far the worker is: believed if it makes sense
///
/// A crashing worker may have written anything into the memory that it shares. So the parent takes
/// from there only two positions and a time, and tasks only from its own list. Positions that are
/// outside of the list mean that the batch is `damaged`: nobody knows what the worker has begun.
///
/// Thread safety: none; only the parent uses it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "core/batching/task_batch.h"
#include "core/runtime.h"
#include "core/sync.h"
#include "core/task.h"

namespace workbench::processes {

class GivenBatch {
 public:
  using Shared = TaskBatch<StdSync>;

  /// Requires: the worker waits for its answer.
  void give(Shared& shared, std::uint32_t queue, std::vector<TaskId> tasks) {
    shared.fill(tasks);
    tasks_ = std::move(tasks);
    queue_ = queue;
  }

  /// Which queue its tasks are of.
  std::uint32_t queue() const { return queue_; }

  bool is_damaged(const Shared& shared) const { return !shared.is_within(tasks_.size()); }

  std::size_t not_begun(const Shared& shared) const {
    return is_damaged(shared) ? 0 : shared.not_begun();
  }

  /// As TaskBatch::steal. Nothing, if the batch is damaged.
  std::vector<TaskId> steal(Shared& shared, std::size_t count) const {
    std::vector<TaskId> loot;
    if (is_damaged(shared)) return loot;
    loot.reserve(std::min(count, tasks_.size()));  // before they are taken
    const auto [begin, end] = shared.steal_positions(count);
    if (end > tasks_.size()) return loot;
    loot.assign(tasks_.begin() + static_cast<std::ptrdiff_t>(begin),
                tasks_.begin() + static_cast<std::ptrdiff_t>(end));
    return loot;
  }

  /// As TaskBatch::in_flight.
  InFlight in_flight(const Shared& shared, const InFlight& before) const {
    return is_damaged(shared) ? before : shared.in_flight(before, tasks_);
  }

 private:
  std::vector<TaskId> tasks_;
  std::uint32_t queue_ = 0;
};

}  // namespace workbench::processes
