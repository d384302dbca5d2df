/// @file
/// Results that one worker has pushed, and that their queue does not have yet.
///
///     worker ──push──▶ │ r0 │ r1 │ r2 │ r3 │    │    │ ──flush: all at once──▶ queue
///                                ▲         ▲
///                             flushed    filled
///
/// A push into the buffer takes no lock and wakes nobody: only the worker fills places, and it
/// publishes each with one store. A flush moves the filled places into the queue. The worker
/// flushes when its buffer is full or a tick of the clock has passed. Another thread may flush it,
/// too, when it wants to know what the worker has done so far.
///
/// Invariant (under `mutex_`): flushed items are in the queue before any item that is pushed later.
/// Order of locks: first the buffer's mutex, then the queue's.
///
/// Thread safety: `push` is for the worker, `flush` for every thread.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <new>
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

  /// Buffers an item. `when`: the time, exact to a tick. The buffer is flushed as soon as it is
  /// full, or an item is pushed in a later tick than the first one.
  void push(T&& item, TimePoint when) {
    if (next_ == places_.size()) [[unlikely]]
      begin_anew();  // there was no memory for that last time
    if (next_ == 0) since_ = when;
    places_[next_] = std::move(item);
    filled_.store(++next_, std::memory_order_release);
    if (next_ == places_.size() || when != since_) [[unlikely]] {
      try {
        begin_anew();
      } catch (const std::bad_alloc&) {
        return;  // the item is accepted, and waits here for the next flush
      }
      // The caller may be far behind, if there are few processors. Then let it catch up: if even
      // more results wait for it, they no longer fit into the caches.
      if (queue_->size() > kFarBehind) Sync::yield();
    }
  }

  void flush() override {
    const std::lock_guard lock(mutex_);
    flush_filled();
  }

 private:
  // Flushes, and begins again with an empty buffer. It is a larger one if the old one was filled
  // within one tick: a flush may cost two switches between threads, so there should be few.
  void begin_anew() {
    const bool full = next_ == places_.size();
    const std::size_t places = full ? std::min(2 * places_.size(), kMostPlaces) : places_.size();
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
  std::size_t next_ = 0;  // used by the worker only; how many places it has filled
  TimePoint since_{};     // used by the worker only; when it filled the first one
  typename Sync::template atomic<std::size_t> filled_{0};
  typename Sync::mutex mutex_;
  std::size_t flushed_ = 0;  // guarded by mutex_
};

}  // namespace workbench::threads
