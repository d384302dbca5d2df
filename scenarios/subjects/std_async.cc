// A foreign subject: std::async, one future a task. It has no queues and no workers of ours, so of
// all faults it meets those that strike in the action, and the wait board has nothing to say of it.
#include <future>
#include <vector>

#include "scenarios/subject.h"

namespace workbench::scenarios {
namespace {

Account run(const Stage& stage) {
  const auto action = stage.action();
  std::vector<std::future<Answer>> futures;
  for (const TaskId task : stage.tasks()) {
    futures.push_back(std::async(std::launch::async, action, task));
  }
  Account account;
  for (TaskId task = 0; task < futures.size(); ++task) {
    try {
      account.results.push_back({task, "ok", futures[task].get().value});
    } catch (...) {
      account.failures.push_back(current_failure(task));
      account.results.push_back({task, "failed"});
    }
  }
  return account;
}

const Registration registration{{.name = "std-async",
                                 .description = "std::async, one future a task",
                                 .runtimes = {"threads"},
                                 .run = run,
                                 .rank = 10}};

}  // namespace
}  // namespace workbench::scenarios
