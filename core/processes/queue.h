/// @file
/// The queue of the process runtime: a handle that works on the parent's queue, directly in the
/// parent and by messages in a worker. See core/queue.h for the contract.
///
/// `size` and the emptiness that `try_pop` asks first are read from shared memory, without a
/// message; a worker may not yet see there what another process pushed a moment ago.
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
#include <utility>
#include <vector>

#include "core/processes/hub.h"
#include "core/processes/wire.h"
#include "core/task.h"

namespace workbench::processes {

/// The items themselves, in the parent.
template <class T>
class TypedParentQueue final : public ParentQueue {
 public:
  TypedParentQueue(std::shared_ptr<Hub> hub, std::string name, std::size_t capacity)
      : hub_(std::move(hub)), name_(std::move(name)), capacity_(capacity), id_(hub_->add(*this)) {}
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

  Taken take(std::uint64_t max) override {
    Taken taken;
    // A worker has one task in its hands at a time.
    if constexpr (std::same_as<T, MaybeTask>) max = std::min<std::uint64_t>(max, 1);
    for (; taken.count < max && !items_.empty(); ++taken.count) {
      if constexpr (std::same_as<T, MaybeTask>) taken.task = items_.front();
      append_item(taken.items, items_.front());
      items_.pop_front();
    }
    return taken;
  }

  std::size_t size() const override { return items_.size(); }
  bool has_room() const override { return !bounded() || items_.size() < capacity_; }
  bool bounded() const { return capacity_ != 0; }

  Hub& hub() const { return *hub_; }
  std::uint32_t id() const { return id_; }
  const std::string& name() const { return name_; }
  std::deque<T>& items() { return items_; }

 private:
  std::shared_ptr<Hub> hub_;
  std::string name_;
  std::size_t capacity_;
  std::uint32_t id_;
  std::deque<T> items_;
};

template <Shippable T>
class Queue {
 public:
  template <class Runtime>
  Queue(Runtime& runtime, std::string name, std::size_t capacity = 0)
      : queue_(std::make_shared<TypedParentQueue<T>>(runtime.hub(), std::move(name), capacity)) {}

  // Untimed: whoever takes an item makes room.
  void push(T item) {
    if (WorkerEnd* parent = hub().worker_end()) {
      send(*parent, {&item, 1}, queue_->bounded());
    } else {
      hub().wait_until([&] { return queue_->has_room(); });
      put(std::move(item));
    }
  }

  void push_now(T item) {
    if (WorkerEnd* parent = hub().worker_end()) {
      send(*parent, {&item, 1}, false);
    } else {
      put(std::move(item));
    }
  }

  void push_all(std::vector<T> items) {
    WorkerEnd* parent = hub().worker_end();
    if (parent != nullptr && !queue_->bounded()) {
      send(*parent, items, false);
    } else {
      for (T& item : items) push(std::move(item));
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

  std::vector<T> drain() { return take(std::numeric_limits<std::size_t>::max(), Duration::zero()); }

  std::size_t size() const { return hub().shared_size(queue_->id()); }
  const std::string& name() const { return queue_->name(); }

 private:
  Hub& hub() const { return queue_->hub(); }

  static std::optional<T> first_of(std::vector<T> items) {
    if (items.empty()) return std::nullopt;
    return std::move(items.front());
  }

  void put(T item) {
    queue_->items().push_back(std::move(item));
    hub().changed(queue_->id());
  }

  void send(WorkerEnd& parent, std::span<const T> items, bool wait_for_room) {
    std::string bytes;
    for (const T& item : items) append_item(bytes, item);
    parent.send({.verb = Verb::put,
                 .queue = queue_->id(),
                 .count = items.size(),
                 .wait_ns = wait_for_room ? kForever.count() : 0},
                bytes);
    if (wait_for_room) parent.receive();
  }

  std::vector<T> take(std::size_t max, Duration timeout) {
    std::vector<T> taken;
    if (WorkerEnd* parent = hub().worker_end()) {
      parent->send(
          {.verb = Verb::take, .queue = queue_->id(), .count = max, .wait_ns = timeout.count()},
          {});
      const Message answer = parent->receive();
      std::string_view items = answer.items;
      while (taken.size() < answer.header.count) taken.push_back(read_item<T>(items));
      return taken;
    }
    auto& items = queue_->items();
    hub().wait_until([&] { return !items.empty(); }, deadline_after(Clock::now(), timeout));
    const auto count = static_cast<std::ptrdiff_t>(std::min(max, items.size()));
    taken.assign(std::make_move_iterator(items.begin()),
                 std::make_move_iterator(items.begin() + count));
    items.erase(items.begin(), items.begin() + count);
    hub().changed(queue_->id());
    return taken;
  }

  std::shared_ptr<TypedParentQueue<T>> queue_;
};

}  // namespace workbench::processes
