// Taskflow: one taskflow of independent tasks. The executor keeps the first exception in the future
// that run() returns, and wait() does not look at it: only get() does.
#include <taskflow/taskflow.hpp>
#include <vector>

#include "workbench_subject.h"

namespace subject = workbench_subject;

std::vector<long> run(std::size_t tasks, int workers) {
  std::vector<long> values(tasks);
  tf::Taskflow taskflow;
  for (std::size_t task = 0; task < tasks; ++task) {
    taskflow.emplace([&values, task] { values[task] = subject::action(task); });
  }
  tf::Executor executor(workers);
  executor.run(taskflow).wait();
  return values;
}

int main() {
  const auto values = run(subject::tasks(), subject::workers());
  for (std::size_t task = 0; task < values.size(); ++task) subject::result(task, values[task]);
  subject::returned();
}
