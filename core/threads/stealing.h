/// @file
/// Work stealing among the threads that share a queue in batches.
///
///     worker 0   │ t0 │ t1 │ t2 │ t3 │ t4 │      worker 1 is idle, and the queue is empty:
///                  on it       └─── ▶ ───┘       it steals the later half of what worker 0 has
///                                                not begun
///
/// So a batch may be large, and still none of its tasks waits for long: an idle worker finds it,
/// even if the worker that took it is stuck, was ended, or is dead. The rule is in
/// core/batching/stealing_rule.h.
///
/// Thread safety: none; the queue uses it under its own mutex.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <vector>

#include "core/batching/batch_size.h"
#include "core/batching/stealing_rule.h"
#include "core/threads/worker.h"

namespace workbench::threads {

template <class Sync>
class Stealing {
 public:
  /// `workers`: how many share the queue; 0: it is not shared in batches.
  Stealing(const TaskSource<Sync>& queue, std::size_t workers) : queue_(queue), workers_(workers) {}

  bool shared() const { return workers_ > 0; }

  /// How many of `tasks` a worker takes at once.
  std::size_t batch(std::size_t tasks) const { return batch_size(tasks, workers_); }

  /// Makes sure that `add` finds memory.
  void make_room() { victims_.reserve(victims_.size() + 1); }

  /// Notes that this worker has tasks that it has not begun, so that others may steal them.
  void add(Worker<Sync>& worker) {
    const bool known = std::any_of(victims_.begin(), victims_.end(),
                                   [&](const auto& each) { return each.get() == &worker; });
    if (!known) victims_.push_back(worker.shared_from_this());
  }

  /// Steals half of the tasks that one worker has not begun. Empty: no worker has any.
  std::vector<TaskId> steal_half() {
    const auto theft =
        choose_theft(victims_, [this](const auto& worker) { return worker->not_begun(queue_); });
    if (theft.victim != nullptr) return (*theft.victim)->steal(theft.tasks, queue_);
    victims_.clear();
    return {};
  }

  /// Steals all tasks that are not begun, from all workers.
  std::vector<TaskId> steal_all() {
    std::vector<TaskId> all;
    for (const auto& worker : victims_) {
      const auto tasks = worker->steal(kBatch, queue_);
      all.insert(all.end(), tasks.begin(), tasks.end());
    }
    victims_.clear();
    return all;
  }

 private:
  const TaskSource<Sync>& queue_;
  std::size_t workers_;
  std::vector<std::shared_ptr<Worker<Sync>>> victims_;  // some may have no tasks left by now
};

}  // namespace workbench::threads
