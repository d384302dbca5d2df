/// @file
/// A queue that records in the trace what goes through it. See traced.h.
#pragma once

#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/decorator.h"
#include "core/task.h"
#include "scenarios/trace/queue_role.h"
#include "scenarios/trace/trace.h"

namespace workbench::trace {

/// What the trace shows of an item: the task that it is or belongs to, and a few words. For other
/// types of items, write a `label_of(item)` in the namespace of the type.
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
class TracedQueue : public QueueDecorator<TracedQueue<Inner, T>, Inner, T> {
 public:
  template <class Runtime>
  TracedQueue(Runtime& runtime, const std::string& name, QueueOptions options = {})
      : QueueDecorator<TracedQueue, Inner, T>(runtime.inner(), name, options),
        trace_(runtime.trace()),
        id_(trace_->board.add_queue(name, options.capacity)),
        capacity_(options.capacity),
        role_(role_of(name)) {}

  // A push reserves its place in the order of events before its items are visible: otherwise their
  // pops could be recorded first. A push that must wait for room gets its place when it is done:
  // otherwise it would stand before the pops that made room for it.
  template <class Items>
  void before_push(const Items& items, const QueueCall& call) {
    const bool may_wait = call.waits != QueueCall::Waits::no;
    blocks_ = may_wait && capacity_ != 0 && this->size() >= capacity_;
    where_ = call.where;
    pushes_.clear();
    for (const T& item : items) {
      pushes_.push_back(event_of(item));
      if (blocks_) {
        trace_->record(EventKind::block, id_, pushes_.back().task, {}, where_);
      } else {
        pushes_.back().seq = trace_->recorder.reserve();
      }
    }
    operation_ = Operation::push;
  }

  void after_push() {
    for (Event& event : pushes_) {
      if (blocks_) event.seq = trace_->recorder.reserve();
      event.depth = this->size();
      trace_->recorder.publish(event);
      trace_->board.queue(id_).pushed.fetch_add(1);
      Actor& actor = trace_->current();
      if (event.task != kNone && event.task == actor.task) actor.delivered = true;
    }
    pushes_.clear();
  }

  void before_pop(const QueueCall& call) {
    blocks_ = call.waits != QueueCall::Waits::no && this->size() == 0;
    where_ = call.where;
    if (blocks_) trace_->record(EventKind::block, id_, kNone, {}, where_);
    operation_ = call.waits == QueueCall::Waits::for_ever ? Operation::pop : Operation::timed_pop;
  }

  void after_pop(const T& item) {
    Label said = label(item);
    const std::int64_t task = said.task ? static_cast<std::int64_t>(*said.task) : kNone;
    EventKind kind = role_ == QueueRole::stop ? EventKind::stop : EventKind::pop;
    if constexpr (std::same_as<T, MaybeTask>) {
      if (!item) kind = EventKind::pill;
      Actor& actor = trace_->current();
      actor.task = task;
      actor.delivered = false;
      ++actor.pops;
    }
    trace_->board.queue(id_).popped.fetch_add(1);
    if (said.result && trace_->current_actor() == kCaller) trace_->board.count_result();
    Event event = trace_->event(kind, id_, task, kind == EventKind::pill ? "" : said.text, where_);
    event.depth = this->size();
    trace_->recorder.record(event);
  }

  void before_drain() { where_ = {}; }

  auto in_call(const QueueCall& call) { return Blocking(*this, call.where); }

 private:
  // As long as this object lives, the wait board shows the call, which may block. If the queue was
  // full (or empty) at the beginning of the call, `block` was recorded, and so `wake` is recorded
  // at its end.
  class Blocking {
   public:
    Blocking(TracedQueue& queue, Where where)
        : queue_(queue), doing_(*queue.trace_, queue.operation_, queue.id_, where) {}
    Blocking(const Blocking&) = delete;
    ~Blocking() {
      if (!queue_.blocks_) return;
      const std::int64_t task = queue_.pushes_.empty() ? kNone : queue_.pushes_.front().task;
      queue_.trace_->record(EventKind::wake, queue_.id_, task);
    }

   private:
    TracedQueue& queue_;
    Doing doing_;
  };

  Event event_of(const T& item) const {
    const Label said = label(item);
    const std::int64_t task = said.task ? static_cast<std::int64_t>(*said.task) : kNone;
    return trace_->event(EventKind::push, id_, task, said.text, where_);
  }

  Trace* trace_;
  std::int32_t id_;
  std::size_t capacity_;
  QueueRole role_;
  // The call in progress. There is never more than one: a handle of a queue is used by one thread
  // at a time.
  Operation operation_ = Operation::none;
  Where where_{};
  bool blocks_ = false;
  std::vector<Event> pushes_{};
};

}  // namespace workbench::trace
