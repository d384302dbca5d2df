/// @file
/// The tasks in the hands of those who share a queue in batches.
///
///     worker 0   │ t0 │ t1 │ t2 │ t3 │ t4 │      worker 1 has none, and the queue has none:
///                  on it       └─── ▶ ───┘       it takes the later half of what worker 0 has
///                                                not begun
///
/// So a batch can be large without holding its tasks hostage: whoever has nothing to do finds them,
/// also when their worker is stuck, was ended, or is dead.
///
/// Thread safety: none; the queue has it under its own mutex.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "core/batching/batch_size.h"
#include "core/threads/worker.h"

namespace workbench::threads {

template <class Sync>
class Hands {
 public:
  /// `workers`: how many share the queue; 0: they do not.
  explicit Hands(std::size_t workers) : workers_(workers) {}

  bool shared() const { return workers_ > 0; }

  /// How many of `tasks` a worker takes at once.
  std::size_t batch(std::size_t tasks) const { return batch_size(tasks, workers_); }

  /// This worker has tasks in its hands that it has not begun.
  void add(Worker<Sync>& worker) {
    const bool known = std::any_of(full_.begin(), full_.end(),
                                   [&](const auto& each) { return each.get() == &worker; });
    if (!known) full_.push_back(worker.shared_from_this());
  }

  /// The later half of what the one with the most has not begun.
  std::vector<TaskId> take_half() {
    Worker<Sync>* richest = nullptr;
    std::size_t most = 0;
    std::erase_if(full_, [&](const auto& worker) {
      const std::size_t tasks = worker->not_begun();
      if (tasks > most) richest = worker.get();
      most = std::max(tasks, most);
      return tasks == 0;
    });
    if (richest == nullptr) return {};
    return richest->give_up(half_of(most));
  }

  /// All that nobody has begun.
  std::vector<TaskId> take_all() {
    std::vector<TaskId> all;
    for (const auto& worker : full_) {
      const auto tasks = worker->give_up(kBatch);
      all.insert(all.end(), tasks.begin(), tasks.end());
    }
    full_.clear();
    return all;
  }

 private:
  std::size_t workers_;
  std::vector<std::shared_ptr<Worker<Sync>>> full_;  // not all of them still are
};

}  // namespace workbench::threads
