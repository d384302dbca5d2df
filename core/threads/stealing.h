/// @file
/// Work stealing among the threads that share a queue in batches.
///
///     worker 0   │ t0 │ t1 │ t2 │ t3 │ t4 │      worker 1 is idle, and the queue is empty:
///                  on it       └─── ▶ ───┘       it steals the later half of what worker 0 has
///                                                not begun
///
/// So a batch can be large without holding its tasks hostage. Who is idle finds them, also when the
/// worker that took them is stuck, was ended, or is dead. The rule is in
/// core/batching/stealing_rule.h.
///
/// Thread safety: none; the queue has it under its own mutex.
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
  explicit Stealing(std::size_t workers) : workers_(workers) {}

  bool shared() const { return workers_ > 0; }

  /// How many of `tasks` a worker takes at once.
  std::size_t batch(std::size_t tasks) const { return batch_size(tasks, workers_); }

  /// This worker has tasks that it has not begun, and may be stolen from.
  void add(Worker<Sync>& worker) {
    const bool known = std::any_of(victims_.begin(), victims_.end(),
                                   [&](const auto& each) { return each.get() == &worker; });
    if (!known) victims_.push_back(worker.shared_from_this());
  }

  /// Steals half of what one worker has not begun. Empty: nobody has any.
  std::vector<TaskId> steal_half() {
    const auto theft =
        choose_theft(victims_, [](const auto& worker) { return worker->not_begun(); });
    if (theft.victim != nullptr) return (*theft.victim)->steal(theft.tasks);
    victims_.clear();
    return {};
  }

  /// Steals all that nobody has begun.
  std::vector<TaskId> steal_all() {
    std::vector<TaskId> all;
    for (const auto& worker : victims_) {
      const auto tasks = worker->steal(kBatch);
      all.insert(all.end(), tasks.begin(), tasks.end());
    }
    victims_.clear();
    return all;
  }

 private:
  std::size_t workers_;
  std::vector<std::shared_ptr<Worker<Sync>>> victims_;  // some may have nothing left by now
};

}  // namespace workbench::threads
