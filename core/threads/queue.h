/// @file
/// The queue of the thread runtime, as pools have it: a handle to a BlockingQueue. See
/// core/queue.h for the contract.
///
/// If a queue is shared in batches, a worker needs the BlockingQueue only now and then. In between,
/// its verbs take no lock: a pop takes the next task of its batch, a push goes into its buffer.
///
///     pop  ◀── TaskBatch    ◀── several tasks ──── BlockingQueue
///     push ──▶ ResultBuffer ─── several results ─▶ BlockingQueue
///
/// Thread safety: one handle is used by one thread; other threads use copies of it.
#pragma once

#include <concepts>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/threads/blocking_queue.h"
#include "core/threads/result_buffer.h"
#include "core/threads/worker.h"

namespace workbench::threads {

template <class T, class Sync>
class Queue {
 public:
  template <class Runtime>
  Queue(Runtime& /*runtime*/, std::string name, QueueOptions options = {})
      : queue_(std::make_shared<BlockingQueue<T, Sync>>(std::move(name), options)) {}

  void push(T item) {
    Worker<Sync>* worker = Worker<Sync>::current();
    if (worker != nullptr && worker->more() && queue_->in_batches()) [[likely]] {
      if (!buffer_ || !worker->uses(buffer_.get())) [[unlikely]]
        open_buffer(*worker);
      buffer_->push(std::move(item), worker->began());
    } else {
      flush();
      queue_->push(std::move(item));
    }
  }
  void push_now(T item) {
    flush();
    queue_->push_now(std::move(item));
  }
  template <class Items = std::vector<T>>
  void push_all(Items items) {
    if (items.empty()) return;
    flush();
    queue_->push_all(std::move(items));
  }

  T pop() {
    if constexpr (kTasks) {
      if (const MaybeTask task = next()) return task;
    }
    flush();
    return queue_->pop();
  }
  std::optional<T> pop_for(Duration timeout) {
    if constexpr (kTasks) {
      if (const MaybeTask task = next()) return task;
    }
    flush();
    return queue_->pop_for(timeout);
  }
  std::optional<T> try_pop() {
    if constexpr (kTasks) {
      if (const MaybeTask task = next()) return task;
    }
    return queue_->try_pop();
  }
  std::vector<T> pop_some(std::size_t max, Duration timeout = kForever) {
    if constexpr (kTasks) {
      if (const MaybeTask task = next()) return {task};
    }
    flush();
    return queue_->pop_some(max, timeout);
  }
  std::vector<T> drain() { return queue_->drain(); }

  std::size_t size() const {
    if constexpr (kTasks) {
      const Worker<Sync>* worker = Worker<Sync>::current();
      if (worker != nullptr) return queue_->size() + worker->not_begun(*queue_);
    }
    return queue_->size();
  }
  const std::string& name() const { return queue_->name(); }

 private:
  static constexpr bool kTasks = std::same_as<T, MaybeTask>;

  // The next task of the current worker's batch, if the batch is of this queue.
  MaybeTask next() {
    Worker<Sync>* worker = Worker<Sync>::current();
    if (worker == nullptr || !worker->more()) return {};
    if (worker->has_batch_of(queue_.get())) [[likely]]
      return worker->next();
    worker->return_batch();
    return {};
  }

  void open_buffer(Worker<Sync>& worker) {
    if (!buffer_) buffer_ = std::make_shared<ResultBuffer<T, Sync>>(queue_);
    worker.use_buffer(buffer_);
  }

  // Called before the current worker pushes anything past its buffer, or waits.
  static void flush() {
    if (Worker<Sync>* worker = Worker<Sync>::current()) worker->flush();
  }

  std::shared_ptr<BlockingQueue<T, Sync>> queue_;
  std::shared_ptr<ResultBuffer<T, Sync>> buffer_;  // of the worker that owns this handle
};

}  // namespace workbench::threads
