// Taskflow: one taskflow of independent tasks. The first exception cancels it, and get() throws it.
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
  executor.run(taskflow).get();
  return values;
}

int main() {
  try {
    const auto values = run(subject::tasks(), subject::workers());
    for (std::size_t task = 0; task < values.size(); ++task) subject::result(task, values[task]);
    subject::returned();
  } catch (const std::exception& thrown) {
    subject::error(thrown.what());
  } catch (...) {
    subject::error("not a std::exception");
  }
}
