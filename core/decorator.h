/// @file
/// The base of runtimes that do something before and after the verbs of another runtime: trace
/// them, let a fault strike, let a worker die. A pool that runs on such a runtime does not notice
/// it.
///
///     pool ── pop() ──▶ QueueDecorator: before_pop, inner.pop(), after_pop ──▶ inner queue
///
/// A decorator derives its queue from QueueDecorator, and defines only the hooks that it needs:
///
///     template <class Inner, class T>
///     class LoudQueue : public QueueDecorator<LoudQueue<Inner, T>, Inner, T> {
///      public:
///       template <class Runtime>
///       LoudQueue(Runtime& runtime, const std::string& name, QueueOptions options = {})
///           : QueueDecorator<LoudQueue, Inner, T>(runtime.inner(), name, options) {}
///       void after_pop(const T& item) { fmt::print("popped {}\n", item); }
///     };
///
/// The hooks, in the order in which they are called:
///
///     before_push(items, call)   before_pop(call)    before_drain()
///     in_call(call), for verbs that may block: the object that it returns lives during the call
///     after_push()               after_pop(item), once for each item
///
/// An exception that a hook throws leaves the verb. If it comes from one of the first hooks, the
/// inner verb is not called.
///
/// Thread safety: as that of the inner runtime.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/runtime.h"

namespace workbench {

/// Where in the source a verb was called. `Where where = Where::here()` as the last parameter of a
/// function is the place of its caller. (std::source_location is not in Clang 14.)
struct Where {
  const char* file = nullptr;
  int line = 0;

  static constexpr Where here(const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
    return {file, line};
  }
};

/// A call of a queue's verb, as hooks see it.
struct QueueCall {
  enum class Waits { no, for_a_while, for_ever };

  Waits waits = Waits::no;  ///< how long it may block
  Where where{};
};

template <class Self, class Inner, class T>
class QueueDecorator {
 public:
  template <class Runtime>
  QueueDecorator(Runtime& inner_runtime, std::string name, QueueOptions options)
      : inner_(inner_runtime, std::move(name), options), bounded_(options.capacity != 0) {}

  void push(T item, Where where = Where::here()) {
    const QueueCall call{.waits = QueueCall::Waits::for_ever, .where = where};
    self().before_push(std::span<const T>(&item, 1), call);
    {
      [[maybe_unused]] const auto scope = self().in_call(call);
      if constexpr (kWantsPlace) {
        inner_.push(std::move(item), where);
      } else {
        inner_.push(std::move(item));
      }
    }
    self().after_push();
  }

  void push_now(T item, Where where = Where::here()) {
    self().before_push(std::span<const T>(&item, 1), QueueCall{.where = where});
    if constexpr (kWantsPlace) {
      inner_.push_now(std::move(item), where);
    } else {
      inner_.push_now(std::move(item));
    }
    self().after_push();
  }

  template <class Items = std::vector<T>>
  void push_all(Items items, Where where = Where::here()) {
    if (bounded_) {  // each push may wait for room
      for (auto&& item : items) push(T(std::move(item)), where);
      return;
    }
    self().before_push(items, QueueCall{.where = where});
    if constexpr (kWantsPlace) {
      inner_.push_all(std::move(items), where);
    } else {
      inner_.push_all(std::move(items));
    }
    self().after_push();
  }

  T pop(Where where = Where::here()) {
    const QueueCall call{.waits = QueueCall::Waits::for_ever, .where = where};
    self().before_pop(call);
    T item = [&] {
      [[maybe_unused]] const auto scope = self().in_call(call);
      if constexpr (kWantsPlace) {
        return inner_.pop(where);
      } else {
        return inner_.pop();
      }
    }();
    self().after_pop(item);
    return item;
  }

  std::optional<T> pop_for(Duration timeout, Where where = Where::here()) {
    const QueueCall call = timed_call(timeout, where);
    self().before_pop(call);
    std::optional<T> item = [&] {
      [[maybe_unused]] const auto scope = self().in_call(call);
      if constexpr (kWantsPlace) {
        return inner_.pop_for(timeout, where);
      } else {
        return inner_.pop_for(timeout);
      }
    }();
    if (item) self().after_pop(*item);
    return item;
  }

  std::optional<T> try_pop(Where where = Where::here()) {
    self().before_pop(QueueCall{.where = where});
    std::optional<T> item = [&] {
      if constexpr (kWantsPlace) {
        return inner_.try_pop(where);
      } else {
        return inner_.try_pop();
      }
    }();
    if (item) self().after_pop(*item);
    return item;
  }

  std::vector<T> pop_some(std::size_t max, Duration timeout = kForever,
                          Where where = Where::here()) {
    const QueueCall call = timed_call(timeout, where);
    self().before_pop(call);
    std::vector<T> items = [&] {
      [[maybe_unused]] const auto scope = self().in_call(call);
      if constexpr (kWantsPlace) {
        return inner_.pop_some(max, timeout, where);
      } else {
        return inner_.pop_some(max, timeout);
      }
    }();
    for (const T& item : items) self().after_pop(item);
    return items;
  }

  std::vector<T> drain() {
    self().before_drain();
    std::vector<T> items = inner_.drain();
    for (const T& item : items) self().after_pop(item);
    return items;
  }

  std::size_t size() const { return inner_.size(); }
  const std::string& name() const { return inner_.name(); }

  // ---- hooks; by default they do nothing ----

  template <class Items>
  void before_push(const Items& /*items*/, const QueueCall& /*call*/) {}
  void after_push() {}
  void before_pop(const QueueCall& /*call*/) {}
  void after_pop(const T& /*item*/) {}
  void before_drain() {}
  struct Nothing {};
  Nothing in_call(const QueueCall& /*call*/) { return {}; }

 protected:
  Inner& inner() { return inner_; }

 private:
  // If the inner queue is a decorator, too, it must learn the place in the pool, not this one.
  static constexpr bool kWantsPlace = requires(Inner & inner, Where where) { inner.pop(where); };

  static QueueCall timed_call(Duration timeout, Where where) {
    const bool for_ever = timeout == kForever;
    return {.waits = for_ever ? QueueCall::Waits::for_ever : QueueCall::Waits::for_a_while,
            .where = where};
  }

  Self& self() { return static_cast<Self&>(*this); }

  Inner inner_;
  bool bounded_;
};

/// A crew that passes everything on. A decorator derives from it and replaces what it changes.
template <class Inner>
class CrewDecorator {
 public:
  explicit CrewDecorator(Inner inner) : inner_(std::move(inner)) {}

  void add_worker() { inner_.add_worker(); }
  void join([[maybe_unused]] Where where = Where::here()) {
    if constexpr (requires { inner_.join(where); }) {
      inner_.join(where);
    } else {
      inner_.join();
    }
  }
  std::vector<InFlight> in_flight() { return inner_.in_flight(); }
  bool end(const InFlight& in_flight) { return inner_.end(in_flight); }
  void request_stop() { inner_.request_stop(); }
  std::size_t abandoned() const { return inner_.abandoned(); }

 private:
  Inner inner_;
};

/// The rest of a runtime: its clock, and the runtime that it decorates.
template <class Inner>
class RuntimeDecorator {
 public:
  RuntimeDecorator() = default;
  explicit RuntimeDecorator(Inner inner) : inner_(std::move(inner)) {}

  template <class Body>
  auto launch(int n, Body body, OnExit on_exit = {}) {
    return inner_.launch(n, std::move(body), std::move(on_exit));
  }
  TimePoint now() const { return inner_.now(); }
  Inner& inner() { return inner_; }

 private:
  Inner inner_{};
};

}  // namespace workbench
