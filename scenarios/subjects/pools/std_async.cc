// A foreign subject: std::async, one future for each task. It does not use our queues and workers.
// So the only faults that can strike it are those in the action, and the wait board shows nothing
// of it.
#include <future>
#include <vector>

#include "scenarios/subjects/subject.h"

namespace workbench::scenarios {
namespace {

RunResult run(const TestBed& bed) {
  const auto action = [&bed, act = bed.action()](TaskId task) {
    if (bed.scenario().usage == Usage::nested) std::async(std::launch::async, [] {}).get();
    return act(task);
  };
  std::vector<std::future<Sum>> futures;
  for (const TaskId task : bed.tasks()) {
    futures.push_back(std::async(std::launch::async, action, task));
  }
  RunResult result;
  for (TaskId task = 0; task < futures.size(); ++task) {
    try {
      result.tasks.push_back({task, OutcomeKind::ok, futures[task].get().value});
    } catch (...) {
      result.failures.push_back(current_failure(task));
      result.tasks.push_back({task, OutcomeKind::failed});
    }
  }
  return result;
}

const Registration registration{{.name = "std-async",
                                 .description = "std::async, one future a task",
                                 .runtimes = {RuntimeKind::threads},
                                 .run = run,
                                 .usages = {Usage::nested},
                                 .rank = 10}};

}  // namespace
}  // namespace workbench::scenarios
