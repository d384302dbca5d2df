/// @file
/// The reactor: the poison-pill pool plus two queues, so that no failure can hang it.
///
///     caller ──tasks, then one pill a worker──▶ input_queue ──▶ worker 0 … worker n-1
///     caller ◀──one reply a task───────────── result_queue ◀─────────┤
///     caller ◀──what went wrong, and where─── error_queue  ◀─────────┤
///                    a stop token for each ── stop_queue   ◀─────────┘
///                                             stop_queue   ──▶ each, before its next task
///
/// The promise: `run` always returns or throws, whatever the action does (throw, hang, exit,
/// crash), and accounts for every task: ok, failed, lost, timed out or not started.
///
/// Invariants that keep it:
/// 1. An error is pushed before the reply that announces it, and the death of a worker likewise:
///    who has waited for `result_queue` finds the cause in `error_queue`. The caller waits nowhere
///    else, and never longer than until the next deadline.
/// 2. There are never fewer pills than workers: each worker that is added brings its own.
///
/// (Schmidt's Reactor pattern, the event demultiplexer, shares the name and one idea: a single
/// place that waits for everything and then dispatches. Here that place is the caller's loop.)
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <limits>
#include <stdexcept>
#include <stop_token>
#include <utility>
#include <vector>

#include "core/action.h"
#include "core/job.h"
#include "core/task.h"
#include "core/batching/task_ranges.h"
#include "core/threads/runtime.h"
#include "reactor/ledger.h"
#include "reactor/messages.h"
#include "reactor/report.h"

namespace workbench::reactor {

struct Options {
  bool stop_on_error = true;  ///< stop at the first error, or keep going and report them all
  int parallelism = 2;        ///< how many workers, >= 1; never more than there are tasks
  Duration result_timeout = std::chrono::seconds(60);  ///< how long one task may run, > 0
  std::size_t queue_capacity = 0;                      ///< of `result_queue`; 0: unbounded
  /// Called on the caller's thread as tasks end, or a little later: results of short tasks come
  /// together. Keep it short: nothing else is served meanwhile.
  std::function<void(const Progress&)> progress{};
};

/// A worker: takes tasks until it meets a pill or a stop token. It is given only its queues, and
/// the stop tokens that it sends at an error: one for each worker, or none, to keep going.
template <class Job, class InputQueue, class ResultQueue, class ErrorQueue, class StopQueue>
void work(Job& job, InputQueue& input_queue, ResultQueue& result_queue, ErrorQueue& error_queue,
          StopQueue& stop_queue, const std::vector<StopToken>& stop_tokens, std::stop_token token) {
  while (!stop_queue.try_pop()) {
    const MaybeTask task = input_queue.pop();  // ends: there is a pill for each worker
    if (!task) return;
    try {
      // Waits for room, which the caller makes as long as there is a worker.
      result_queue.push({*task, perform(job.action, job.tasks[*task], token)});
    } catch (...) {
      // First of all, and not by way of the caller, who may have to wait for a processor.
      stop_queue.push_all(stop_tokens);
      error_queue.push(current_failure(task));
      result_queue.push_now({*task});
    }
  }
}

/// A pool whose `run` always ends. Each call of `run` has queues and workers of its own.
template <Runtime Runtime = Threads>
class Reactor {
 public:
  /// Throws std::invalid_argument, naming the field, for an option that makes no sense.
  explicit Reactor(Options options, Runtime runtime = {})
      : options_(std::move(options)), runtime_(runtime) {
    if (options_.parallelism < 1) throw std::invalid_argument("parallelism must be at least 1");
    if (options_.result_timeout <= Duration::zero()) {
      throw std::invalid_argument("result_timeout must be positive");
    }
  }

  /// The outcome of `action` on each of `tasks`, in task order. Throws Error at the first error
  /// (stop-on-error), or when workers do not start or do not live.
  template <class Task, class Action>
  auto run(std::vector<Task> tasks, Action action) const {
    using Result = ResultOf<Action, Task>;
    Runtime runtime = runtime_;
    const std::size_t crew_size =
        std::min(tasks.size(), static_cast<std::size_t>(options_.parallelism));
    Queue<MaybeTask> input_queue(runtime, "input_queue", {.workers = crew_size});
    Queue<Reply<Result>> result_queue(runtime, "result_queue",
                                      {.capacity = options_.queue_capacity, .workers = crew_size});
    Queue<Mishap> error_queue(runtime, "error_queue");
    Queue<StopToken> stop_queue(runtime, "stop_queue");

    const std::vector<MaybeTask> pills(crew_size, pill);
    const std::vector<StopToken> stop_tokens(options_.stop_on_error ? crew_size : 0);

    const auto job = make_job(std::move(tasks), std::move(action));
    const int workers = static_cast<int>(crew_size);
    Ledger<Task, Result> ledger(options_.stop_on_error, workers, {job, &job->tasks},
                                options_.progress);

    input_queue.push_all(AllTasks(job->tasks.size()));
    input_queue.push_all(pills);

    auto crew = runtime.launch(
        workers,
        [=](std::stop_token token) mutable {
          work(*job, input_queue, result_queue, error_queue, stop_queue, stop_tokens,
               std::move(token));
        },
        [=](Exit exit) mutable {
          if (exit.how == Exit::How::returned) return result_queue.push_now({.content = Leaving{}});
          stop_queue.push_all(stop_tokens);
          error_queue.push(std::move(exit));
          result_queue.push_now({});
        });

    TimePoint next_look = deadline_after(runtime.now(), options_.result_timeout);
    while (!ledger.over()) {
      // The one place where the caller waits: for replies, until a worker may be overdue.
      hear(result_queue.pop_some(kAll, next_look - runtime.now()), error_queue, ledger);
      if (runtime.now() >= next_look) {
        const std::vector<Hold> holds = crew.holds();
        // What they have pushed by now counts.
        hear(result_queue.pop_some(kAll, Duration::zero()), error_queue, ledger);
        next_look = end_overdue(crew, holds, runtime.now(), ledger);
      }
      if (ledger.must_drain()) {
        // Again after a death: the runtime puts back what a dead worker had not yet received.
        for (const MaybeTask task : input_queue.drain()) {
          if (task) ledger.not_started(*task);
        }
        input_queue.push_all(pills);
      }
      while (ledger.fill_vacancy()) {
        input_queue.push(pill);
        crew.add_worker();
      }
    }
    crew.join();  // all have said that they leave
    return ledger.close(crew.abandoned());
  }

 private:
  template <class T>
  using Queue = typename Runtime::template Queue<T>;
  static constexpr Duration kStart = std::chrono::seconds(1);
  static constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();

  // Enters replies, and what they announce, into the books.
  template <class Replies, class ErrorQueue, class Ledger>
  static void hear(Replies replies, ErrorQueue& error_queue, Ledger& ledger) {
    for (auto& reply : replies) {
      if (auto* value = reply.value()) {
        ledger.settle(*reply.task, std::move(*value));
      } else if (reply.leaving()) {
        ledger.leave();
      } else {
        ledger.announce(reply.task);
        // Never waits: what was announced is there. And no further: of whoever pushed what comes
        // later, there may be replies that are not heard yet.
        while (ledger.is_behind()) ledger.record(error_queue.pop());
      }
    }
  }

  // Ends the workers that have held the same task for too long. Returns when the next one may be
  // overdue: nobody who takes a task from now on is before then.
  template <class Crew, class Ledger>
  TimePoint end_overdue(Crew& crew, const std::vector<Hold>& holds, TimePoint now,
                        Ledger& ledger) const {
    TimePoint next_look = deadline_after(now, options_.result_timeout);
    for (const Hold& hold : holds) {
      const TimePoint deadline = deadline_after(hold.since, limit(hold));
      if (deadline > now) {
        next_look = std::min(next_look, deadline);
      } else if (crew.end(hold)) {
        ledger.time_out(hold, limit(hold));
      }
    }
    return next_look;
  }

  // A worker without a task is not late with one: it may be starting, on a busy machine.
  Duration limit(const Hold& hold) const {
    return hold.task ? options_.result_timeout : std::max(options_.result_timeout, kStart);
  }

  Options options_;
  Runtime runtime_;
};

}  // namespace workbench::reactor
