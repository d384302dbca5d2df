// A foreign subject: std::async, one future a task. It has no queues and no workers of ours, so of
// all faults it meets those that strike in the action, and the wait board has nothing to say of it.
#include <future>
#include <vector>

#include "scenarios/subjects/subject.h"

namespace workbench::scenarios {
namespace {

RunResult run(const TestBed& bed) {
  const auto action = bed.action();
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
                                 .rank = 10}};

}  // namespace
}  // namespace workbench::scenarios
