/// @file
/// The queue of the process runtime: a handle that works on the parent's queue, directly in the
/// parent and by messages in a worker. See core/queue.h for the contract.
///
/// A worker reads the size of a queue from shared memory, without a message. `try_pop` looks there
/// first, too. This size is only a hint: what is really there, only an answer of the parent says.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <deque>
#include <iterator>
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
  TypedParentQueue(std::shared_ptr<QueueServer> server, std::string name, QueueOptions options)
      : server_(std::move(server)),
        name_(std::move(name)),
        options_(options),
        id_(server_->add(*this)) {}
  TypedParentQueue(const TypedParentQueue&) = delete;
  ~TypedParentQueue() override { server_->remove(id_); }

  void put(std::string_view payload, std::uint64_t count) override {
    while (count-- > 0) items_.push_back(read_item<T>(payload));
  }

  void put_back(std::string_view payload, std::uint64_t count) override {
    std::vector<T> returned;
    while (count-- > 0) returned.push_back(read_item<T>(payload));
    items_.insert(items_.begin(), std::make_move_iterator(returned.begin()),
                  std::make_move_iterator(returned.end()));
  }

  bool holds_tasks() const override { return kTasks; }

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

  void put_back_tasks(const std::vector<TaskId>& tasks) override {
    if constexpr (kTasks) items_.insert(items_.begin(), tasks.begin(), tasks.end());
  }

  Taken take(std::uint64_t max) override {
    Taken taken;
    if constexpr (kTasks) max = std::min<std::uint64_t>(max, 1);  // a worker is on one at a time
    for (; taken.count < max && !items_.empty(); ++taken.count) {
      if constexpr (kTasks) taken.task = items_.front();
      append_item(taken.payload, items_.front());
      items_.pop_front();
    }
    return taken;
  }

  std::size_t size() const override { return items_.size(); }
  bool has_room() const override { return !bounded() || items_.size() < options_.capacity; }
  bool bounded() const { return options_.capacity != 0; }
  bool in_batches() const { return options_.workers != 0 && !bounded(); }

  QueueServer& server() const { return *server_; }
  std::uint32_t id() const { return id_; }
  const std::string& name() const { return name_; }
  std::deque<T>& items() { return items_; }

 private:
  static constexpr bool kTasks = std::same_as<T, MaybeTask>;

  std::shared_ptr<QueueServer> server_;
  std::string name_;
  QueueOptions options_;
  std::deque<T> items_;
  std::uint32_t id_;  // after items_: to be made known, a queue must know how long it is
};

/// For an item that cannot travel. It has the verbs, so that all a compiler complains about is
/// this.
template <class T>
struct UnshippableQueue {
  using Item = typename detail::Shipped<T>::type;

  static_assert(!detail::kPoints<Item>,
                "this type only points to its data, which the other process does not have: let the "
                "action return the data itself, for example a std::string");
  static_assert(std::is_default_constructible_v<Item>,
                "to come from another process, this type needs a default constructor");
  static_assert(detail::kPlainOrSerializable<Item>,
                "to come from another process, this type needs a member template <class Archive> "
                "void serialize(Archive& archive) { archive(...); } of all that it holds (cereal); "
                "for a type of the standard library, include <cereal/types/...>");

  template <class Runtime>
  UnshippableQueue(Runtime& runtime, std::string name, QueueOptions options = {});
  void push(T item);
  void push_now(T item);
  template <class Items = std::vector<T>>
  void push_all(Items items);
  T pop();
  std::optional<T> pop_for(Duration timeout);
  std::optional<T> try_pop();
  std::vector<T> pop_some(std::size_t max, Duration timeout = kForever);
  std::vector<T> drain();
  std::size_t size() const;
  const std::string& name() const;
};

template <class T>
class Queue;

/// The queue of the runtime.
template <class T>
using QueueFor = std::conditional_t<Shippable<T>, Queue<T>, UnshippableQueue<T>>;

template <class T>
class Queue {
 public:
  template <class Runtime>
  Queue(Runtime& runtime, std::string name, QueueOptions options = {})
      : queue_(std::make_shared<TypedParentQueue<T>>(runtime.server(), std::move(name), options)) {}

  // Untimed: it ends when a consumer takes an item and so makes room.
  void push(T item) {
    if (WorkerEnd* line = server().worker_end()) {
      // More results will follow soon, so the parent need not be woken for each of them.
      if (queue_->in_batches() && line->own_batch().more()) return send_quietly(*line, item);
      send(*line, std::span(&item, 1), queue_->bounded());
    } else {
      server().wait_until([&] { return queue_->has_room(); });
      put(std::move(item));
    }
  }

  void push_now(T item) {
    if (WorkerEnd* line = server().worker_end()) {
      send(*line, std::span(&item, 1), false);
    } else {
      put(std::move(item));
    }
  }

  template <class Items = std::vector<T>>
  void push_all(Items items) {
    if (items.empty()) return;
    WorkerEnd* line = server().worker_end();
    if (line != nullptr && !queue_->bounded()) {
      send(*line, items, false);
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
    if (server().worker_end() != nullptr && size() == 0) return std::nullopt;  // the common case
    return first_of(take(1, Duration::zero()));
  }

  std::vector<T> pop_some(std::size_t max, Duration timeout = kForever) {
    return take(max, timeout);
  }

  std::vector<T> drain() {
    if (WorkerEnd* line = server().worker_end()) return ask(*line, kAll, Duration::zero());
    server().serve();
    server().take_back_all(queue_->id());  // and serves no worker before `remove` has them
    return remove(kAll);
  }

  std::size_t size() const {
    WorkerEnd* line = server().worker_end();
    if (line == nullptr) return queue_->size();
    const bool has_batch = kTasks && line->has_batch_of(queue_->id());
    return server().shared_size(queue_->id()) + (has_batch ? line->own_batch().not_begun() : 0);
  }
  const std::string& name() const { return queue_->name(); }

 private:
  static constexpr bool kTasks = std::same_as<T, MaybeTask>;

  QueueServer& server() const { return queue_->server(); }

  static std::optional<T> first_of(std::vector<T> items) {
    if (items.empty()) return std::nullopt;
    return std::move(items.front());
  }

  void put(T item) {
    queue_->items().push_back(std::move(item));
    server().changed(queue_->id());
  }

  // The items as bytes.
  template <class Items>
  static std::string_view bytes_of(WorkerEnd& line, const Items& items) {
    std::string& bytes = line.outgoing();
    bytes.clear();
    for (const T& item : items) append_item(bytes, item);
    return bytes;
  }

  template <class Items>
  void send(WorkerEnd& line, const Items& items, bool wait_for_room) {
    const std::string_view bytes = bytes_of(line, items);
    server().announce(queue_->id(), items.size());
    line.send({.verb = Verb::put,
               .queue = queue_->id(),
               .count = items.size(),
               .wait_ns = wait_for_room ? kForever.count() : 0},
              bytes);
    if (wait_for_room) line.receive();
  }

  void send_quietly(WorkerEnd& line, const T& item) {
    line.send_quietly({.verb = Verb::put, .queue = queue_->id(), .count = 1},
                      bytes_of(line, std::span(&item, 1)));
  }

  std::vector<T> ask(WorkerEnd& line, std::size_t max, Duration timeout) {
    for (;;) {
      if constexpr (kTasks) {
        if (line.has_batch_of(queue_->id())) {
          if (const MaybeTask task = line.own_batch().begin_next()) return {task};
        }
      }
      line.send(
          {.verb = Verb::take, .queue = queue_->id(), .count = max, .wait_ns = timeout.count()},
          {});
      const Message answer = line.receive();
      if (answer.header.verb == Verb::batch) continue;  // by now it may be stolen again
      std::string_view payload = answer.payload;
      std::vector<T> taken;
      while (taken.size() < answer.header.count) taken.push_back(read_item<T>(payload));
      return taken;
    }
  }

  std::vector<T> take(std::size_t max, Duration timeout) {
    if (WorkerEnd* line = server().worker_end()) return ask(*line, max, timeout);
    server().wait_until([&] { return !queue_->items().empty(); },
                        deadline_after(Clock::now(), timeout));
    return remove(max);
  }

  // Takes up to `max` items out of the queue. For the parent.
  std::vector<T> remove(std::size_t max) {
    auto& items = queue_->items();
    const auto count = static_cast<std::ptrdiff_t>(std::min(max, items.size()));
    std::vector<T> taken(std::make_move_iterator(items.begin()),
                         std::make_move_iterator(items.begin() + count));
    items.erase(items.begin(), items.begin() + count);
    server().changed(queue_->id());
    return taken;
  }

  std::shared_ptr<TypedParentQueue<T>> queue_;
};

}  // namespace workbench::processes
