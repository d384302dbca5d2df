/// @file
/// What one worker has pushed into a queue, and the queue does not have yet.
///
///     worker ──push──▶ │ r0 │ r1 │ r2 │ r3 │    │    │ ──flush: all at once──▶ queue
///                                ▲         ▲
///                             flushed    filled
///
/// A push into the buffer takes no lock and wakes nobody: the worker alone fills places, and
/// publishes each with one store. A flush moves what is filled into the queue. The worker flushes
/// when its buffer is full or a tick of the clock has passed; anybody else may flush it, too, who
/// wants to know what the worker has done so far.
///
/// Invariant: under `mutex_`, what was flushed is in the queue before anything that is pushed
/// later. Locks are taken in this order: the buffer's, then the queue's.
///
/// Thread safety: `push` is for the worker, `flush` for everybody.
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
class ResultBuffer final : public Buffer {
 public:
  explicit ResultBuffer(std::shared_ptr<BlockingQueue<T, Sync>> queue) : queue_(std::move(queue)) {}

  /// Buffers an item. `when`: the time, to a tick. An item stays here until its worker pushes
  /// another one at a later tick, at the latest.
  void push(T&& item, TimePoint when) {
    if (next_ == 0) since_ = when;
    places_[next_] = std::move(item);
    filled_.store(++next_, std::memory_order_release);
    const bool full = next_ == places_.size();
    if (full || when != since_) [[unlikely]] {
      begin_anew(full ? std::min(2 * places_.size(), kMostPlaces) : places_.size());
      // If the caller has fallen far behind and there are few processors, let it catch up: results
      // that pile up any higher no longer fit into the caches.
      if (queue_->size() > kFarBehind) Sync::yield();
    }
  }

  void flush() override {
    const std::lock_guard lock(mutex_);
    flush_filled();
  }

 private:
  // A buffer that was filled within one tick is replaced by a larger one: each flush may cost two
  // switches between threads, so there should not be many in a tick.
  void begin_anew(std::size_t places) {
    const std::lock_guard lock(mutex_);
    flush_filled();
    flushed_ = 0;
    next_ = 0;
    filled_.store(0, std::memory_order_relaxed);
    if (places != places_.size()) places_ = std::vector<T>(places);
  }

  void flush_filled() {
    const std::size_t filled = filled_.load(std::memory_order_acquire);
    if (flushed_ < filled) {
      queue_->push_all(std::span(places_).subspan(flushed_, filled - flushed_));
    }
    flushed_ = filled;
  }

  static constexpr std::size_t kFirstPlaces = 64;
  static constexpr std::size_t kMostPlaces = 4096;
  static constexpr std::size_t kFarBehind = std::size_t{1} << 16U;

  const std::shared_ptr<BlockingQueue<T, Sync>> queue_;
  std::vector<T> places_ = std::vector<T>(kFirstPlaces);
  std::size_t next_ = 0;  // the worker's own; how many places it has filled
  TimePoint since_{};     // the worker's own; when it filled the first one
  typename Sync::template atomic<std::size_t> filled_{0};
  typename Sync::mutex mutex_;
  std::size_t flushed_ = 0;  // guarded by mutex_
};

}  // namespace workbench::threads
