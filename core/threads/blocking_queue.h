/// @file
/// The queue of the thread runtime: items behind one mutex and two condition variables.
///
///     push ─▶ [not_full] ─▶ items ─▶ [not_empty] ─▶ pop
///
/// Invariants (under `mutex_`):
/// 1. `push` adds only while `items_.size() < capacity_`, or `capacity_ == 0` (unbounded).
/// 2. A thread that sleeps in `not_empty_` found `items_` empty. The next push notifies it; so does
///    a worker that was notified itself, but may not take the item because it was ended. A thread
///    that sleeps in `not_full_` found the queue full, and is notified when an item is removed.
/// 3. If the queue is shared in batches, no worker sleeps in `not_empty_`, or leaves with a pill,
///    while another one has a task that it has not begun. Batches are filled only under `mutex_`.
/// 4. `size_ == items_.size()`; readers without the lock may see it a moment late.
///
/// Both condition variables are notified under the lock. Otherwise the waiter could wake up, go on
/// and destroy the queue while the notifier still uses the condition variable.
///
/// Thread safety: all members. See core/queue.h for the contract.
#pragma once

#include <algorithm>
#include <atomic>
#include <concepts>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/batching/task_ranges.h"
#include "core/queue.h"
#include "core/sync.h"
#include "core/task.h"
#include "core/threads/fifo.h"
#include "core/threads/stealing.h"
#include "core/threads/worker.h"
#include "core/time.h"

namespace workbench::threads {

template <class T, class Sync>
class BlockingQueue final : public TaskSource<Sync> {
 public:
  explicit BlockingQueue(std::string name, QueueOptions options = {})
      : name_(std::move(name)), capacity_(options.capacity), stealing_(*this, options.workers) {}

  void push(T item) {
    std::unique_lock lock(mutex_);
    wait_for_room(lock);
    put(std::move(item));
  }

  void push_now(T item) {
    const std::lock_guard lock(mutex_);
    put(std::move(item));
  }

  /// Moves the items out of a range: a vector, or a view of items that the caller keeps.
  template <class Items = std::vector<T>>
  void push_all(Items items) {
    std::unique_lock lock(mutex_);
    if (capacity_ == 0) {
      items_.push_all(std::move(items));
      tell_all();
      return;
    }
    for (auto&& item : items) {
      wait_for_room(lock);
      put(T(std::move(item)));
    }
  }

  T pop() {
    if constexpr (kTasks) {
      Worker<Sync>* worker = Worker<Sync>::current();
      if (worker != nullptr && in_batches()) return pop_batch(*worker);
    }
    Lock lock(mutex_, std::defer_lock);
    lock_for_item(lock, TimePoint::max());  // untimed: pop has no limit (core/queue.h)
    return take();
  }

  std::optional<T> pop_for(Duration timeout) {
    Lock lock(mutex_, std::defer_lock);
    if (!lock_for_item(lock, deadline_after(Sync::clock::now(), timeout))) return std::nullopt;
    return take();
  }

  std::optional<T> try_pop() {
    if (size_.load(std::memory_order_relaxed) == 0) return std::nullopt;  // the common case
    const std::lock_guard lock(mutex_);
    if (items_.empty()) return std::nullopt;
    return take();
  }

  std::vector<T> pop_some(std::size_t max, Duration timeout = kForever) {
    Lock lock(mutex_, std::defer_lock);
    std::vector<T> some;
    if (!lock_for_item(lock, deadline_after(Sync::clock::now(), timeout))) return some;
    if (kTasks && Worker<Sync>::current() != nullptr) {
      // One task at a time: the runtime remembers only one for each worker, so the others would be
      // lost without a trace if this worker ended.
      some.push_back(take());
    } else {
      some = max < items_.size() ? items_.pop_some(max) : items_.pop_all();
      taken();
    }
    return some;
  }

  std::vector<T> drain() {
    const std::lock_guard lock(mutex_);
    std::vector<T> all;
    if constexpr (kTasks) {
      for (const TaskId task : stealing_.steal_all()) all.emplace_back(task);
    }
    if (all.empty()) {
      all = items_.pop_all();
    } else {
      for (T& item : items_.pop_all()) all.push_back(std::move(item));
    }
    taken();
    return all;
  }

  void take_back([[maybe_unused]] Worker<Sync>& worker) override {
    if constexpr (kTasks) {
      const std::lock_guard lock(mutex_);
      items_.make_room(kBatch);  // before any task is taken: there may be no memory
      items_.push_front(worker.steal(kBatch, *this));
      tell_all();
    }
  }

  void wake_all() override {
    const std::lock_guard lock(mutex_);
    for (auto* changed : {&not_empty_, &not_full_}) changed->notify_all();
  }

  std::size_t size() const { return Sync::peek(size_); }
  const std::string& name() const { return name_; }

  /// Do workers share this queue in batches?
  bool in_batches() const { return capacity_ == 0 && stealing_.shared(); }

 private:
  static constexpr bool kTasks = std::same_as<T, MaybeTask>;
  using Lock = std::unique_lock<typename Sync::mutex>;

  // Waits until there is room. Untimed: a consumer that takes an item makes room. If all consumers
  // are gone, or wait themselves, this is for ever: such hangs are what this project is about.
  void wait_for_room(Lock& lock) {
    if (!is_full()) return;
    Waiting waiting(*this, Waiting::For::room);
    while (is_full()) waiting.wait(lock, not_full_);
  }
  bool is_full() const { return capacity_ != 0 && items_.size() >= capacity_; }

  // Locks, and waits for an item; false: the deadline has passed, and there is none.
  bool lock_for_item(Lock& lock, TimePoint deadline) {
    Waiting waiting(*this);
    const auto ready = [&] { return !items_.empty() || waiting.gives_up(); };
    if (!lock_when<Sync>(lock, not_empty_, deadline, ready)) return false;
    if (items_.empty()) throw Ended{};
    return true;
  }

  // The worker that is about to wait here; none if it is the caller. A worker that gives up must
  // not wait any more.
  class Waiting {
   public:
    enum class For { items, room };

    explicit Waiting(BlockingQueue& queue, For what = For::items) : queue_(queue), for_(what) {
      if (worker_ != nullptr && for_ == For::room) worker_->wait_for_room(true);
    }
    Waiting(const Waiting&) = delete;
    ~Waiting() {
      if (told_) worker_->wait_is_over();
      if (worker_ != nullptr && for_ == For::room) worker_->wait_for_room(false);
    }

    // Called before each wait. First it tells the worker where it waits, so that whoever ends it
    // from now on wakes it.
    bool gives_up() {
      if (worker_ == nullptr) return false;
      if (!std::exchange(told_, true)) worker_->wait_in(queue_);
      return worker_->gives_up();
    }

    void wait(Lock& lock, typename Sync::condition_variable& changed) {
      if (gives_up()) throw Ended{};
      changed.wait(lock);
    }

   private:
    Worker<Sync>* const worker_ = Worker<Sync>::current();
    BlockingQueue& queue_;
    const For for_;
    bool told_ = false;
  };

  void put(T item) {
    items_.push(std::move(item));
    size_.store(items_.size(), std::memory_order_relaxed);
    not_empty_.notify_one();
  }

  // Called when several items have been added.
  void tell_all() {
    size_.store(items_.size(), std::memory_order_relaxed);
    not_empty_.notify_all();
  }

  // Called when items have been removed.
  void taken() {
    size_.store(items_.size(), std::memory_order_relaxed);
    if (capacity_ != 0) not_full_.notify_all();
  }

  // The next task for a worker that has none: from a new batch, or stolen. The worker gets a pill
  // only when all tasks are begun, so that no worker leaves while there is work.
  MaybeTask pop_batch(Worker<Sync>& worker) {
    Lock lock(mutex_);
    Waiting waiting(*this);
    for (;;) {
      stealing_.make_room();  // before any task is taken: there may be no memory
      std::vector<TaskId> batch = take_batch();
      if (batch.empty()) batch = stealing_.steal_half();
      if (!batch.empty()) {
        const bool more = batch.size() > 1;
        const MaybeTask first = worker.fill(batch, *this);
        if (more || !first) stealing_.add(worker);
        if (!first) refuse();
        return first;
      }
      if (!items_.empty()) return take();
      waiting.wait(lock, not_empty_);  // untimed: there is a pill for each worker
    }
  }

  // Takes a batch from the front of the queue. It ends before the first pill.
  std::vector<TaskId> take_batch() {
    std::vector<TaskId> batch;
    const std::size_t size = stealing_.batch(items_.size());
    batch.reserve(size);
    while (batch.size() < size && items_.front()) batch.push_back(*items_.pop());
    size_.store(items_.size(), std::memory_order_relaxed);
    return batch;
  }

  // This worker was ended, so the item is for another one, which may be asleep: wake it.
  [[noreturn]] void refuse() {
    not_empty_.notify_one();
    throw Ended{};
  }

  T take() {
    if constexpr (kTasks) {
      Worker<Sync>* worker = Worker<Sync>::current();
      if (worker != nullptr && !worker->take(items_.front())) refuse();
    }
    T item = items_.pop();
    size_.store(items_.size(), std::memory_order_relaxed);
    if (capacity_ != 0) not_full_.notify_one();
    return item;
  }

  const std::string name_;
  const std::size_t capacity_;
  Stealing<Sync> stealing_;  // guarded by mutex_; but shared() never changes
  mutable typename Sync::mutex mutex_;
  typename Sync::condition_variable not_empty_;
  typename Sync::condition_variable not_full_;
  std::conditional_t<kTasks, TaskRanges, Fifo<T>> items_;  // guarded by mutex_
  typename Sync::template atomic<std::size_t> size_{0};    // written under mutex_
};

}  // namespace workbench::threads
