/// @file
/// The queue of the thread runtime, as pools have it: a handle to a BlockingQueue. See
/// core/queue.h for the contract.
///
/// Each worker has handles of its own, so that is where the batches are: a worker's verbs are
/// served from its own hand and its own lane as long as they can be, without a lock.
///
///     pop  ◀── hand ◀─── a batch ─── BlockingQueue
///     push ──▶ lane  ─── a batch ──▶ BlockingQueue
///
/// Thread safety: a handle is used by one thread; its copies by any.
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
      if (!lane_ || !worker->holds_back(lane_.get())) [[unlikely]]
        open_lane(*worker);
      lane_->push(std::move(item), worker->began());
    } else {
      deliver();
      queue_->push(std::move(item));
    }
  }
  void push_now(T item) {
    deliver();
    queue_->push_now(std::move(item));
  }
  template <class Items = std::vector<T>>
  void push_all(Items items) {
    if (items.empty()) return;
    deliver();
    queue_->push_all(std::move(items));
  }

  T pop() {
    if constexpr (kTasks) {
      if (const MaybeTask task = next()) return task;
    }
    deliver();
    return queue_->pop();
  }
  std::optional<T> pop_for(Duration timeout) {
    if constexpr (kTasks) {
      if (const MaybeTask task = next()) return task;
    }
    deliver();
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
    deliver();
    return queue_->pop_some(max, timeout);
  }
  std::vector<T> drain() { return queue_->drain(); }

  std::size_t size() const {
    return queue_->size() + (in_hand() ? Worker<Sync>::current()->not_begun() : 0);
  }
  const std::string& name() const { return queue_->name(); }

 private:
  static constexpr bool kTasks = std::same_as<T, MaybeTask>;

  // The current worker's next task, if it has one in its hand.
  MaybeTask next() {
    if (!in_hand()) return {};
    return Worker<Sync>::current()->next();
  }

  bool in_hand() const {
    const Worker<Sync>* worker = Worker<Sync>::current();
    return kTasks && worker != nullptr && worker->more() && queue_->in_batches();
  }

  void open_lane(Worker<Sync>& worker) {
    if (!lane_) lane_ = std::make_shared<Lane<T, Sync>>(queue_);
    worker.hold_back(lane_);
  }

  // Before the current worker pushes anything else, or waits.
  static void deliver() {
    if (Worker<Sync>* worker = Worker<Sync>::current()) worker->deliver();
  }

  std::shared_ptr<BlockingQueue<T, Sync>> queue_;
  std::shared_ptr<Lane<T, Sync>> lane_;  // of the worker that has this handle
};

}  // namespace workbench::threads
