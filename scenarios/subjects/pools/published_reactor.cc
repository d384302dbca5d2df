// The protocol of the published reactor, written from its description, flaws and all: what happens
// when the two extra queues are there, but not the order in which they must be used. Each
// deliberate flaw is named where it stands.
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

/// A result, or a placeholder. Flaw: a placeholder cannot be told from a result that is nothing.
using Placeholder = std::optional<Sum>;
struct StopToken {};

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
    // Flaw: the error comes after its result. Who has the last result may look for it too early.
    if (failure) error_queue.push(*failure);
  }
}

template <class Runtime, class Action>
std::vector<Placeholder> run_published(Runtime runtime, const Scenario& scenario,
                                       std::vector<TaskId> tasks, Action action) {
  typename Runtime::template Queue<MaybeTask> input_queue(runtime, "input_queue");
  typename Runtime::template Queue<Placeholder> result_queue(runtime, "result_queue");
  typename Runtime::template Queue<Failure> error_queue(runtime, "error_queue");
  typename Runtime::template Queue<StopToken> stop_queue(runtime, "stop_queue");
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
    // Flaw: errors are looked for without waiting, and not once more after the last result.
    if (results.size() < job->tasks.size()) error = error_queue.try_pop();
  }
  if (error) {
    for (int i = 0; i < scenario.workers; ++i) stop_queue.push({});
    input_queue.drain();  // Flaw: the tasks that are left are dropped without a word.
    for (int i = 0; i < scenario.workers; ++i) input_queue.push(pill);
  }
  crew.join();  // Flaw: without a limit; an action that hangs, hangs the caller.
  // Flaw: what is raised is a text; the type of the exception and its cause are gone.
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
