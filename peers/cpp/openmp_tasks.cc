// OpenMP: one thread of a team makes the tasks, and all of them carry them out. An exception must
// not leave a task: the program is terminated.
#include <vector>

#include "workbench_subject.h"

namespace subject = workbench_subject;

long act(std::size_t task) {
  if (subject::get("USAGE") == "nested") {
#pragma omp task
    {}
#pragma omp taskwait  // meanwhile the thread carries out its own task itself
  }
  return subject::action(task);
}

std::vector<long> run(std::size_t tasks, int workers) {
  std::vector<long> values(tasks);
#pragma omp parallel num_threads(workers)
#pragma omp single
  for (std::size_t task = 0; task < tasks; ++task) {
#pragma omp task firstprivate(task) shared(values)
    values[task] = act(task);
  }
  return values;
}

int main() {
  const auto values = run(subject::tasks(), subject::workers());
  for (std::size_t task = 0; task < values.size(); ++task) subject::result(task, values[task]);
  subject::returned();
}
