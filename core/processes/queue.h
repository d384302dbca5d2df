/// @file
/// The queue of the process runtime: a handle that works on the parent's queue, directly in the
/// parent and by messages in a worker. See core/queue.h for the contract.
///
/// A worker reads `size`, and the emptiness that `try_pop` asks first, from shared memory, without
/// a message. They are hints: only an answer of the parent says what is there.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <deque>
#include <iterator>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/batching/batch_size.h"
#include "core/processes/queue_server.h"
#include "core/processes/wire.h"
#include "core/task.h"

namespace workbench::processes {

/// The items themselves, in the parent.
template <class T>
class TypedParentQueue final : public ParentQueue {
 public:
  TypedParentQueue(std::shared_ptr<Hub> hub, std::string name, QueueOptions options)
      : hub_(std::move(hub)), name_(std::move(name)), options_(options), id_(hub_->add(*this)) {}
  TypedParentQueue(const TypedParentQueue&) = delete;
  ~TypedParentQueue() override { hub_->remove(id_); }

  void put(std::string_view items, std::uint64_t count) override {
    while (count-- > 0) items_.push_back(read_item<T>(items));
  }

  void put_back(std::string_view items, std::uint64_t count) override {
    std::vector<T> taken;
    while (count-- > 0) taken.push_back(read_item<T>(items));
    items_.insert(items_.begin(), std::make_move_iterator(taken.begin()),
                  std::make_move_iterator(taken.end()));
  }

  std::size_t workers() const override { return kTasks ? options_.workers : 0; }

  std::vector<TaskId> take_batch() override {
    std::vector<TaskId> batch;
    if constexpr (kTasks) {
      if (options_.workers == 0) return batch;
      const std::size_t size = batch_size(items_.size(), options_.workers);
      while (batch.size() < size && items_.front()) {
        batch.push_back(*items_.front());
        items_.pop_front();
      }
    }
    return batch;
  }

  void return_batch(const std::vector<TaskId>& tasks) override {
    if constexpr (kTasks) items_.insert(items_.begin(), tasks.begin(), tasks.end());
  }

  Taken take(std::uint64_t max) override {
    Taken taken;
    // A worker has one task in its hands at a time.
    if constexpr (kTasks) max = std::min<std::uint64_t>(max, 1);
    for (; taken.count < max && !items_.empty(); ++taken.count) {
      if constexpr (kTasks) taken.task = items_.front();
      append_item(taken.items, items_.front());
      items_.pop_front();
    }
    return taken;
  }

  std::size_t size() const override { return items_.size(); }
  bool has_room() const override { return !bounded() || items_.size() < options_.capacity; }
  bool bounded() const { return options_.capacity != 0; }
  bool in_batches() const { return options_.workers != 0 && !bounded(); }

  Hub& hub() const { return *hub_; }
  std::uint32_t id() const { return id_; }
  const std::string& name() const { return name_; }
  std::deque<T>& items() { return items_; }

 private:
  static constexpr bool kTasks = std::same_as<T, MaybeTask>;

  std::shared_ptr<Hub> hub_;
  std::string name_;
  QueueOptions options_;
  std::uint32_t id_;
  std::deque<T> items_;
};

template <Shippable T>
class Queue {
 public:
  template <class Runtime>
  Queue(Runtime& runtime, std::string name, QueueOptions options = {})
      : queue_(std::make_shared<TypedParentQueue<T>>(runtime.hub(), std::move(name), options)) {}

  // Untimed: whoever takes an item makes room.
  void push(T item) {
    if (WorkerEnd* parent = hub().worker_end()) {
      if (queue_->in_batches()) check(item);
      if (queue_->in_batches() && parent->hand().more()) return send_quietly(*parent, item);
      send(*parent, std::span(&item, 1), queue_->bounded());
    } else {
      hub().wait_until([&] { return queue_->has_room(); });
      put(std::move(item));
    }
  }

  void push_now(T item) {
    if (WorkerEnd* parent = hub().worker_end()) {
      send(*parent, std::span(&item, 1), false);
    } else {
      put(std::move(item));
    }
  }

  template <class Items = std::vector<T>>
  void push_all(Items items) {
    if (items.empty()) return;
    WorkerEnd* parent = hub().worker_end();
    if (parent != nullptr && !queue_->bounded()) {
      send(*parent, items, false);
    } else {
      for (auto&& item : items) push(T(std::move(item)));
    }
  }

  // Untimed: ends with the next push.
  T pop() {
    auto items = take(1, kForever);
    return std::move(items.front());
  }

  std::optional<T> pop_for(Duration timeout) { return first_of(take(1, timeout)); }

  std::optional<T> try_pop() {
    if (hub().worker_end() != nullptr && size() == 0) return std::nullopt;  // the common case
    return first_of(take(1, Duration::zero()));
  }

  std::vector<T> pop_some(std::size_t max, Duration timeout = kForever) {
    return take(max, timeout);
  }

  std::vector<T> drain() {
    if (WorkerEnd* parent = hub().worker_end()) return ask(*parent, kAll, Duration::zero());
    hub().serve();
    hub().take_back_all(queue_->id());  // and gives nothing out before the items are taken
    return remove(kAll);
  }

  std::size_t size() const {
    WorkerEnd* parent = hub().worker_end();
    if (parent == nullptr) return queue_->size();
    const bool in_hand = kTasks && queue_->in_batches();
    return hub().shared_size(queue_->id()) + (in_hand ? parent->hand().not_begun() : 0);
  }
  const std::string& name() const { return queue_->name(); }

 private:
  static constexpr bool kTasks = std::same_as<T, MaybeTask>;
  static constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();

  Hub& hub() const { return queue_->hub(); }

  static std::optional<T> first_of(std::vector<T> items) {
    if (items.empty()) return std::nullopt;
    return std::move(items.front());
  }

  void put(T item) {
    queue_->items().push_back(std::move(item));
    hub().changed(queue_->id());
  }

  template <class Items>
  void send(WorkerEnd& parent, const Items& items, bool wait_for_room) {
    std::string bytes;
    for (const T& item : items) append_item(bytes, item);
    hub().announce(queue_->id(), items.size());
    parent.send({.verb = Verb::put,
                 .queue = queue_->id(),
                 .count = items.size(),
                 .wait_ns = wait_for_room ? kForever.count() : 0},
                bytes);
    if (wait_for_room) parent.receive();
  }

  // Throws if the item cannot be saved and loaded: here, where it is known whose it is. By the time
  // that the parent reads it, this worker may be on to another task.
  static void check(const T& item) {
    if constexpr (!std::is_trivially_copyable_v<T>) {
      std::string bytes;
      append_item(bytes, item);
      std::string_view view = bytes;
      read_item<T>(view);
    }
  }

  void send_quietly(WorkerEnd& parent, const T& item) {
    std::string bytes;
    append_item(bytes, item);
    parent.send_quietly({.verb = Verb::put, .queue = queue_->id(), .count = 1}, bytes);
  }

  std::vector<T> ask(WorkerEnd& parent, std::size_t max, Duration timeout) {
    for (;;) {
      if constexpr (kTasks) {
        if (const MaybeTask task = parent.hand().begin_next()) return {task};
      }
      parent.send(
          {.verb = Verb::take, .queue = queue_->id(), .count = max, .wait_ns = timeout.count()},
          {});
      const Message answer = parent.receive();
      if (answer.header.verb == Verb::batch) continue;  // others may have been faster
      std::string_view items = answer.items;
      std::vector<T> taken;
      while (taken.size() < answer.header.count) taken.push_back(read_item<T>(items));
      return taken;
    }
  }

  std::vector<T> take(std::size_t max, Duration timeout) {
    if (WorkerEnd* parent = hub().worker_end()) return ask(*parent, max, timeout);
    hub().wait_until([&] { return !queue_->items().empty(); },
                     deadline_after(Clock::now(), timeout));
    return remove(max);
  }

  // Takes what there is, in the parent.
  std::vector<T> remove(std::size_t max) {
    auto& items = queue_->items();
    const auto count = static_cast<std::ptrdiff_t>(std::min(max, items.size()));
    std::vector<T> taken(std::make_move_iterator(items.begin()),
                         std::make_move_iterator(items.begin() + count));
    items.erase(items.begin(), items.begin() + count);
    hub().changed(queue_->id());
    return taken;
  }

  std::shared_ptr<TypedParentQueue<T>> queue_;
};

}  // namespace workbench::processes
