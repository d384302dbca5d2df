/// @file
/// The poison-pill pool, as it is taught: correct as long as no worker is lost. Then it hangs.
///
///     caller ──tasks, then one pill a worker──▶ input_queue ──▶ worker 0 … worker n-1
///     caller ◀──one result a task──────────── result_queue ◀─────────┘
///
/// It promises nothing once a worker is lost: a worker that throws dies, its task gets no result,
/// and the caller waits for ever for a result that nobody is left to send.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "core/action.h"
#include "core/job.h"
#include "core/task.h"
#include "core/threads/runtime.h"

namespace workbench::naive {

struct Options {
  int parallelism = 2;             ///< how many workers
  std::size_t queue_capacity = 0;  ///< of `result_queue`; 0: unbounded
};

/// A worker: takes tasks until it meets a pill. It is given only its queues and what to do.
template <class Job, class InputQueue, class ResultQueue>
void work(Job& job, InputQueue& input_queue, ResultQueue& result_queue) {
  while (const MaybeTask task = input_queue.pop()) {
    result_queue.push(perform(job.action, job.tasks[*task]));
  }
}

/// A pool whose `run` may not end. Each call of `run` has queues and workers of its own.
template <Runtime Runtime = Threads>
class Pool {
 public:
  explicit Pool(Options options, Runtime runtime = {}) : options_(options), runtime_(runtime) {}

  /// The results of `action` on each of `tasks`, in the order of completion. May wait for ever.
  template <class Task, class Action>
  auto run(std::vector<Task> tasks, Action action) const {
    using Result = ResultOf<Action, Task>;
    Runtime runtime = runtime_;
    Queue<MaybeTask> input_queue(runtime, "input_queue");
    Queue<Result> result_queue(runtime, "result_queue", {.capacity = options_.queue_capacity});

    const auto job = make_job(std::move(tasks), std::move(action));

    for (TaskId task = 0; task < job->tasks.size(); ++task) input_queue.push(task);
    for (int i = 0; i < options_.parallelism; ++i) input_queue.push(pill);

    auto crew = runtime.launch(options_.parallelism,
                               [=]() mutable { work(*job, input_queue, result_queue); });
    crew.join();

    std::vector<Result> results;
    while (results.size() < job->tasks.size()) results.push_back(result_queue.pop());
    return results;
  }

 private:
  template <class T>
  using Queue = typename Runtime::template Queue<T>;

  Options options_;
  Runtime runtime_;
};

}  // namespace workbench::naive
