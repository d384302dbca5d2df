// The protocol of the published reactor, written from its description with all its flaws. It has
// the two extra queues, but does not keep the order in which they must be used. Each deliberate
// flaw is named where it stands.
#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "core/failure.h"
#include "core/job.h"
#include "scenarios/subjects/subject.h"

namespace workbench::scenarios {
namespace {

/// A result, or a placeholder if the action threw. Flaw: a placeholder looks the same as a result
/// that is empty.
using Placeholder = std::optional<Sum>;
struct StopSign {};

template <class Job, class InputQueue, class ResultQueue, class ErrorQueue, class StopQueue>
void work(Job& job, InputQueue& input_queue, ResultQueue& result_queue, ErrorQueue& error_queue,
          StopQueue& stop_queue) {
  for (;;) {
    // Flaw: before every task the worker waits for a stop token, for a whole second.
    if (stop_queue.pop_for(std::chrono::seconds(1))) return;
    const MaybeTask task = input_queue.pop();
    if (!task) return;
    std::optional<Failure> failure;
    Placeholder result;
    try {
      result = job.action(job.tasks[*task]);
    } catch (...) {
      failure = current_failure(task);
    }
    result_queue.push(result);
    // Flaw: the error is pushed after its result. A caller that has the last result may look for
    // the error too early.
    if (failure) error_queue.push(*failure);
  }
}

template <class Runtime, class Action>
std::vector<Placeholder> run_published(Runtime runtime, const Scenario& scenario,
                                       std::vector<TaskId> tasks, Action action) {
  typename Runtime::template Queue<MaybeTask> input_queue(runtime, "input_queue");
  typename Runtime::template Queue<Placeholder> result_queue(runtime, "result_queue");
  typename Runtime::template Queue<Failure> error_queue(runtime, "error_queue");
  typename Runtime::template Queue<StopSign> stop_queue(runtime, "stop_queue");
  const auto job = make_job(std::move(tasks), std::move(action));
  for (const TaskId task : job->tasks) input_queue.push(task);
  for (int i = 0; i < scenario.workers; ++i) input_queue.push(pill);
  auto crew = runtime.launch(scenario.workers, [=]() mutable {
    work(*job, input_queue, result_queue, error_queue, stop_queue);
  });

  std::vector<Placeholder> results;
  std::optional<Failure> error;
  while (results.size() < job->tasks.size() && !error) {
    auto result = result_queue.pop_for(scenario.result_timeout);
    // Flaw: a timeout ends the collection, and nobody is told that results are missing.
    if (!result) break;
    results.push_back(*std::move(result));
    // Flaw: the caller looks for errors without waiting, and does not look again after the last
    // result.
    if (results.size() < job->tasks.size()) error = error_queue.try_pop();
  }
  if (error) {
    for (int i = 0; i < scenario.workers; ++i) stop_queue.push({});
    input_queue.drain();  // Flaw: nobody is told of the tasks that are dropped here.
    for (int i = 0; i < scenario.workers; ++i) input_queue.push(pill);
  }
  crew.join();  // Flaw: no limit of time; if an action hangs, so does the caller.
  // Flaw: the caller gets a text only; the type of the exception and its cause are gone.
  if (error) throw std::runtime_error(error->headline());
  return results;
}

RunResult run(const TestBed& bed) {
  return bed.on_runtime([&](auto runtime, auto action) {
    const auto results = run_published(runtime, bed.scenario(), bed.tasks(), action);
    RunResult received;
    for (const Placeholder& each : results) {
      if (each) received.tasks.push_back({task_of(each->value), OutcomeKind::ok, each->value});
    }
    return received;
  });
}

const Registration registration{{.name = "published-reactor",
                                 .description = "the published reactor's protocol, flaws and all",
                                 .runtimes = {RuntimeKind::threads},
                                 .on_our_runtimes = true,
                                 .run = run,
                                 .rank = 20}};

}  // namespace
}  // namespace workbench::scenarios
