/// @file
/// What one worker has pushed into a queue and not yet delivered.
///
///     worker ──push──▶ │ r0 │ r1 │ r2 │ r3 │    │    │ ──deliver, all at once──▶ queue
///                                ▲         ▲
///                              taken     filled
///
/// A push wakes nobody and takes no lock: the worker alone fills places, and publishes each with
/// one store. Whoever delivers takes what is filled: the worker, or somebody who wants to know.
///
/// Invariant: under `mutex_`, what is delivered is in the queue before anything that is pushed
/// later. Locks are taken in this order: the lane's, the queue's.
///
/// Thread safety: `push` for the worker, `deliver` for everybody.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include "core/threads/blocking_queue.h"
#include "core/threads/worker.h"

namespace workbench::threads {

template <class T, class Sync>
class Lane final : public HeldBack {
 public:
  explicit Lane(std::shared_ptr<BlockingQueue<T, Sync>> queue) : queue_(std::move(queue)) {}

  /// Holds an item back. `when`: about now; the first item waits no longer than until that changes.
  void push(T&& item, TimePoint when) {
    if (next_ == 0) since_ = when;
    places_[next_] = std::move(item);
    filled_.store(++next_, std::memory_order_release);
    const bool full = next_ == places_.size();
    if (full || when != since_) [[unlikely]] {
      begin_anew(full ? std::min(2 * places_.size(), kMostPlaces) : places_.size());
      // Who has left the caller far behind lets it catch up, where processors are few: what has
      // piled up would not fit into their caches any more.
      if (queue_->size() > kFarBehind) Sync::yield();
    }
  }

  void deliver() override {
    const std::lock_guard lock(mutex_);
    deliver_filled();
  }

 private:
  // A lane that was filled within a tick of the clock becomes larger: each delivery may cost two
  // switches of threads.
  void begin_anew(std::size_t places) {
    const std::lock_guard lock(mutex_);
    deliver_filled();
    taken_ = 0;
    next_ = 0;
    filled_.store(0, std::memory_order_relaxed);
    if (places != places_.size()) places_ = std::vector<T>(places);
  }

  void deliver_filled() {
    const std::size_t filled = filled_.load(std::memory_order_acquire);
    if (taken_ < filled) queue_->push_all(std::span(places_).subspan(taken_, filled - taken_));
    taken_ = filled;
  }

  static constexpr std::size_t kFirstPlaces = 64;
  static constexpr std::size_t kMostPlaces = 4096;
  static constexpr std::size_t kFarBehind = std::size_t{1} << 16U;

  const std::shared_ptr<BlockingQueue<T, Sync>> queue_;
  std::vector<T> places_ = std::vector<T>(kFirstPlaces);
  std::size_t next_ = 0;  // the worker's own; how many places it has filled
  TimePoint since_{};     // the worker's own
  typename Sync::template atomic<std::size_t> filled_{0};
  typename Sync::mutex mutex_;
  std::size_t taken_ = 0;  // guarded by mutex_
};

}  // namespace workbench::threads
