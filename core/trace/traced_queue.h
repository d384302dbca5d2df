/// @file
/// A queue that tells the trace what goes through it. See traced.h.
#pragma once

#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/task.h"
#include "core/trace/trace.h"

namespace workbench::trace {

/// What an item says of itself: the task that it is or belongs to, and a few words. Other types get
/// theirs from a `label_of(item)` beside them.
struct Label {
  std::optional<TaskId> task{};
  std::string text{};
  bool result = false;  ///< it is the task's result
};

template <class T>
Label label(const T& item) {
  if constexpr (std::same_as<T, MaybeTask>) {
    return {.task = item, .text = item ? "" : "pill"};
  } else if constexpr (requires { label_of(item); }) {
    return label_of(item);
  } else {
    return {};
  }
}

template <class Inner, class T>
class TracedQueue {
 public:
  template <class Runtime>
  TracedQueue(Runtime& runtime, std::string name, QueueOptions options = {})
      : trace_(runtime.trace()),
        id_(trace_->board.add_queue(name, options.capacity)),
        capacity_(options.capacity),
        is_stop_queue_(name == "stop_queue"),
        inner_(runtime.inner(), std::move(name), options) {}

  void push(T item, Where where = Where::here()) {
    const bool full = capacity_ != 0 && inner_.size() >= capacity_;
    pushing(item, full, [&] {
      const Doing doing(*trace_, Operation::push, id_, where);
      inner_.push(std::move(item));
    });
  }
  void push_now(T item) {
    pushing(item, false, [&] { inner_.push_now(std::move(item)); });
  }
  template <class Items = std::vector<T>>
  void push_all(Items items, Where where = Where::here()) {
    if (capacity_ != 0) {
      for (auto&& item : items) push(T(std::move(item)), where);
      return;
    }
    std::vector<Event> events;
    for (const T& item : items) {
      events.push_back(event_of(item));
      events.back().seq = trace_->recorder.reserve();
    }
    inner_.push_all(std::move(items));
    for (const Event& event : events) pushed(event);
  }

  T pop(Where where = Where::here()) {
    return popping([&] {
      const Doing doing(*trace_, Operation::pop, id_, where);
      return inner_.pop();
    });
  }
  std::optional<T> pop_for(Duration timeout, Where where = Where::here()) {
    return popping([&] {
      const Doing doing(*trace_, Operation::timed_pop, id_, where);
      return inner_.pop_for(timeout);
    });
  }
  std::vector<T> pop_some(std::size_t max, Duration timeout = kForever,
                          Where where = Where::here()) {
    return popping([&] {
      const bool timed = timeout != kForever;
      const Doing doing(*trace_, timed ? Operation::timed_pop : Operation::pop, id_, where);
      return inner_.pop_some(max, timeout);
    });
  }
  std::optional<T> try_pop() {
    auto item = inner_.try_pop();
    popped(item);
    return item;
  }
  std::vector<T> drain() {
    auto items = inner_.drain();
    popped(items);
    return items;
  }

  std::size_t size() const { return inner_.size(); }
  const std::string& name() const { return inner_.name(); }

 private:
  template <class Push>
  void pushing(const T& item, bool will_wait, Push push) {
    Event event = event_of(item);
    if (will_wait) trace_->record(Kind::block, id_, event.task);
    if (!will_wait) event.seq = trace_->recorder.reserve();  // before anybody can pop it
    push();
    if (will_wait) {
      trace_->record(Kind::wake, id_, event.task);
      event.seq = trace_->recorder.reserve();
    }
    pushed(event);
  }

  Event event_of(const T& item) const {
    const Label said = label(item);
    const std::int64_t task = said.task ? static_cast<std::int64_t>(*said.task) : kNone;
    return Trace::event(Kind::push, id_, task, said.text);
  }

  void pushed(Event event) {
    event.depth = inner_.size();
    trace_->recorder.publish(event);
    trace_->board.queue(id_).pushed.fetch_add(1);
    Actor& actor = trace_->current();
    if (event.task != kNone && event.task == actor.task) actor.delivered = true;
  }

  template <class Pop>
  auto popping(Pop pop) {
    const bool empty = inner_.size() == 0;
    if (empty) trace_->record(Kind::block, id_);
    auto items = pop();
    if (empty) trace_->record(Kind::wake, id_);
    popped(items);
    return items;
  }

  void popped(const std::vector<T>& items) {
    for (const T& item : items) popped(item);
  }
  template <class Optional>
  requires std::same_as<Optional, std::optional<T>>
  void popped(const Optional& item) {
    if (item) popped(*item);
  }
  void popped(const T& item) {
    Label said = label(item);
    const std::int64_t task = said.task ? static_cast<std::int64_t>(*said.task) : kNone;
    Kind kind = is_stop_queue_ ? Kind::stop : Kind::pop;
    if constexpr (std::same_as<T, MaybeTask>) {
      if (!item) kind = Kind::pill;
      Actor& actor = trace_->current();
      actor.task = task;
      actor.delivered = false;
      ++actor.pops;
    }
    trace_->board.queue(id_).popped.fetch_add(1);
    if (said.result && Trace::current_actor() == kCaller) trace_->board.count_result();
    Event event = Trace::event(kind, id_, task, kind == Kind::pill ? "" : said.text);
    event.depth = inner_.size();
    trace_->recorder.record(event);
  }

  Trace* trace_;
  std::int32_t id_;
  std::size_t capacity_;
  bool is_stop_queue_;
  Inner inner_;
};

}  // namespace workbench::trace
