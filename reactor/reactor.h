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
/// 1. First the stop tokens, if the run shall stop; then the error; then the reply that announces
///    it. So the caller waits for `result_queue` alone: when a reply announces an error, or the
///    death of a worker, its cause is there. And no wait is longer than until the next deadline.
/// 2. There are never fewer pills than workers: each worker that is added brings its own.
///
/// (Schmidt's Reactor pattern, the event demultiplexer, shares the name and one idea: a single
/// place that waits for everything and then dispatches. Here that place is the caller's loop.)
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "core/action.h"
#include "core/batching/task_ranges.h"
#include "core/job.h"
#include "core/task.h"
#include "core/threads/runtime.h"
#include "reactor/ledger.h"
#include "reactor/messages.h"
#include "reactor/options.h"
#include "reactor/overdue.h"

namespace workbench::reactor {

/// A worker: takes tasks until it meets a pill or a stop token. It is given only its queues, what
/// to do, and how to announce an error.
template <class Job, class InputQueue, class ResultQueue, class StopQueue, class Announce>
void work(Job& job, InputQueue& input_queue, ResultQueue& result_queue, StopQueue& stop_queue,
          Announce& announce, const std::stop_token& token) {
  while (!stop_queue.try_pop()) {
    const MaybeTask task = input_queue.pop();  // ends: there is a pill for each worker
    if (!task) return;
    try {
      // Waits for room, which the caller makes as long as there is a worker.
      result_queue.push({*task, perform(job.action, job.tasks[*task], token)});
    } catch (...) {
      announce(current_failure(task), task);
    }
  }
}

/// A pool whose `run` always ends. Each call of `run` has queues and workers of its own.
template <Runtime Runtime = Threads>
class Reactor {
 public:
  /// Throws std::invalid_argument, naming the field, for an option that makes no sense.
  explicit Reactor(Options options, Runtime runtime = {})
      : options_(checked(std::move(options))), runtime_(runtime) {}

  /// The outcome of `action` on each of `tasks`, in task order. Throws Error at the first error
  /// (stop-on-error), or when workers do not start or do not live.
  template <class Task, class Action>
  auto run(std::vector<Task> tasks, Action action) const {
    using Result = ResultOf<Action, Task>;
    Runtime runtime = runtime_;
    const auto workers = std::min(tasks.size(), static_cast<std::size_t>(options_.parallelism));
    Queue<MaybeTask> input_queue(runtime, "input_queue", {.workers = workers});
    Queue<Reply<Result>> result_queue(runtime, "result_queue",
                                      {.capacity = options_.queue_capacity, .workers = workers});
    Queue<ErrorEntry> error_queue(runtime, "error_queue");
    Queue<StopToken> stop_queue(runtime, "stop_queue");

    const auto job = make_job(std::move(tasks), std::move(action));
    Ledger<Task, Result> ledger(options_, workers, {job, &job->tasks});

    const std::vector<MaybeTask> pills(workers, pill);
    input_queue.push_all(TaskRange(job->tasks.size()));
    input_queue.push_all(pills);

    // The protocol of an error, in this order. The others are stopped first: if that were left to
    // the caller, they might begin more tasks before it gets a processor. One set of tokens is
    // enough; a second one does no harm.
    auto announce = [=, stop = options_.stop_on_error](ErrorEntry what, MaybeTask task) mutable {
      if (stop && stop_queue.size() == 0) stop_queue.push_all(std::vector<StopToken>(workers));
      error_queue.push(std::move(what));
      result_queue.push_now({task});
    };
    auto crew = runtime.launch(
        static_cast<int>(workers),
        [=](const std::stop_token& token) mutable {
          work(*job, input_queue, result_queue, stop_queue, announce, token);
        },
        [=](Exit exit) mutable {
          if (exit.how == Exit::How::returned) return result_queue.push_now(Leaving{});
          announce(std::move(exit), {});
        });

    // Settles what replies say, and the errors that they announce. The pop cannot block: the entry
    // was pushed before the reply. And it pops no later entry: the worker that pushed that one may
    // have sent replies before it that are not settled yet.
    const auto settle = [&](auto replies) {
      for (auto& reply : replies) {
        ledger.enter(std::move(reply));
        while (ledger.is_behind()) ledger.record(error_queue.pop());
      }
    };

    Deadlines deadlines(options_.result_timeout, runtime.now());
    while (!ledger.over()) {
      // The one place where the caller waits: for replies, until a worker may be overdue.
      settle(result_queue.pop_some(kAll, deadlines.next_look() - runtime.now()));
      if (const TimePoint now = runtime.now(); now >= deadlines.next_look()) {
        const std::vector<InFlight> in_flight = crew.in_flight();
        // Results that they pushed until then count: those tasks are not overdue.
        settle(result_queue.pop_some(kAll, Duration::zero()));
        deadlines.end_overdue(crew, in_flight, now, ledger);
      }
      if (ledger.must_drain()) {
        for (const MaybeTask task : input_queue.drain()) {
          if (task) ledger.not_started(*task);
        }
        input_queue.push_all(pills);
        crew.request_stop();  // whoever is still on a task may finish it early
      }
      while (ledger.fill_vacancy()) {
        input_queue.push(pill);
        crew.add_worker();
      }
      // The safety net. Nobody is left who could reply, so what was not said by now never will be.
      if (ledger.is_stranded()) {
        settle(result_queue.drain());
        ledger.lose_the_rest();
      }
    }
    crew.join();  // all have said that they leave
    return ledger.close(crew.abandoned());
  }

 private:
  template <class T>
  using Queue = typename Runtime::template Queue<T>;

  Options options_;
  Runtime runtime_;
};

}  // namespace workbench::reactor
