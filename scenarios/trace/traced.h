/// @file
/// Tracing as a decorator: `Traced<Runtime>` is a Runtime whose queues and workers record in a
/// `Trace` what they do, and `traced` does the same for an action. The pools do not know that they
/// are traced; all they do for it is to give their queues names.
///
///     trace::SharedTrace trace = trace::make_trace();
///     const naive::Pool pool({.parallelism = 2}, trace::Traced<Threads>(*trace));
///     pool.run(tasks, trace::traced(*trace, action));
///     for (const trace::Event& event : trace->recorder.events()) …
///
/// The trace must outlive everything that is traced, abandoned threads included.
#pragma once

#include <algorithm>
#include <exception>
#include <functional>
#include <stop_token>
#include <utility>
#include <vector>

#include "core/action.h"
#include "core/decorator.h"
#include "core/failure.h"
#include "core/runtime.h"
#include "scenarios/trace/trace.h"
#include "scenarios/trace/traced_queue.h"

namespace workbench::trace {

/// Writes the end of a worker onto the wait board, and records it.
inline void note_exit(Trace& trace, const Exit& exit) {
  Actor& actor = trace.board.actor(exit.worker);
  actor.how = exit.how;
  actor.code = exit.code;
  actor.signal = exit.signal;
  if (exit.failure) {
    copy_text(exit.failure->type, actor.type);
    copy_text(exit.failure->what, actor.what);
    std::copy_n(exit.failure->stack.begin(),
                std::min(exit.failure->stack.size(), actor.stack.size() - 1), actor.stack.begin());
  }
  Event event = trace.event(EventKind::exit, kNone, kNone, exit.describe());
  event.actor = exit.worker;
  event.seq = trace.recorder.reserve();
  trace.recorder.publish(event);
  actor.ended_ns = (trace.recorder.latest() - trace.recorder.start()).count();
  actor.state = Actor::State::ended;
}

/// A crew that records the caller's `join`, and puts each worker on the board before it starts.
template <class Inner>
class TracedCrew : public CrewDecorator<Inner> {
 public:
  TracedCrew(Trace& trace, Inner inner, WorkerId next_id)
      : CrewDecorator<Inner>(std::move(inner)), trace_(&trace), next_id_(next_id) {}

  void add_worker() {
    trace_->board.expect(next_id_++);
    CrewDecorator<Inner>::add_worker();
  }
  void join(Where where = Where::here()) {
    trace_->record(EventKind::join, kNone, kNone, {}, where);
    const Doing doing(*trace_, Operation::join, kNone, where);
    CrewDecorator<Inner>::join(where);
  }
  bool end(const InFlight& in_flight) {
    const bool ended = CrewDecorator<Inner>::end(in_flight);
    if (ended) trace_->board.actor(in_flight.worker).state = Actor::State::abandoned;
    return ended;
  }

 private:
  Trace* trace_;
  WorkerId next_id_;
};

template <Runtime Inner>
class Traced : public RuntimeDecorator<Inner> {
 public:
  template <class T>
  using Queue = TracedQueue<typename Inner::template Queue<T>, T>;
  using Crew = TracedCrew<typename Inner::Crew>;

  explicit Traced(Trace& trace, Inner inner = {})
      : RuntimeDecorator<Inner>(std::move(inner)), trace_(&trace) {}

  template <class Body>
  Crew launch(int n, Body body, OnExit on_exit = {}) {
    for (WorkerId worker = 0; worker < n; ++worker) trace_->board.expect(worker);
    auto crew = this->inner().launch(
        n,
        [body = std::move(body), trace = trace_](std::stop_token token) mutable {
          trace->enter();
          trace->record(EventKind::start);
          run_body(body, token);
        },
        [on_exit = std::move(on_exit), trace = trace_](Exit exit) {
          note_exit(*trace, exit);
          if (on_exit) {
            on_exit(std::move(exit));
          } else {
            // The pool gave no `on_exit`, so do what the runtime does without a trace: report the
            // exit. But if the worker could not be started, throw the reason to the caller that
            // wanted to start it.
            if (exit.how == Exit::How::not_started) std::rethrow_exception(exit.failure->exception);
            report_unhandled(exit);
          }
        });
    return Crew(*trace_, std::move(crew), n);
  }

  Trace* trace() {
    if (trace_->board.actor(kCaller).process != getpid()) trace_->enter();
    return trace_;
  }

 private:
  Trace* trace_;
};

/// `action`, with its begin and its end recorded in the trace.
template <class Action>
auto traced(Trace& trace, Action action) {
  return [trace = &trace, action = std::move(action)](const TaskId& task) {
    const auto id = static_cast<std::int64_t>(task);
    trace->record(EventKind::action, kNone, id);
    try {
      auto result = perform(action, task);
      trace->record(EventKind::done, kNone, id);
      return result;
    } catch (...) {
      trace->record(EventKind::raise, kNone, id, current_failure().headline());
      throw;
    }
  };
}

}  // namespace workbench::trace
