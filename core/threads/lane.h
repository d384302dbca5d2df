/// @file
/// What one worker has pushed into a queue and not yet delivered.
///
///     worker ──push──▶ lane ──deliver, all at once──▶ queue
///
/// The lane's mutex is the worker's alone most of the time, so a push costs little, and wakes
/// nobody. Others deliver for a worker that was ended.
///
/// Invariant: under `mutex_`, what is delivered is in the queue before anything that is pushed
/// later. Locks are taken in this order: the lane's, the queue's.
///
/// Thread safety: all members.
#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "core/batch.h"
#include "core/threads/blocking_queue.h"
#include "core/threads/worker.h"

namespace workbench::threads {

template <class T, class Sync>
class Lane final : public HeldBack {
 public:
  explicit Lane(std::shared_ptr<BlockingQueue<T, Sync>> queue) : queue_(std::move(queue)) {}

  /// Holds an item back. `when`: about now; the first item waits no longer than until that changes.
  void push(T item, TimePoint when) {
    const std::lock_guard lock(mutex_);
    if (items_.empty()) since_ = when;
    items_.push_back(std::move(item));
    if (items_.size() >= kBatch || when != since_) deliver_all();
  }

  void deliver() override {
    const std::lock_guard lock(mutex_);
    if (!items_.empty()) deliver_all();
  }

 private:
  void deliver_all() { queue_->push_all(std::exchange(items_, {})); }

  const std::shared_ptr<BlockingQueue<T, Sync>> queue_;
  typename Sync::mutex mutex_;
  std::vector<T> items_;  // guarded by mutex_
  TimePoint since_{};     // guarded by mutex_
};

}  // namespace workbench::threads
