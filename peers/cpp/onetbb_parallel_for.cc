// oneTBB: parallel_for in an arena of so many threads. The first exception cancels the loop, and
// parallel_for throws it.
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <vector>

#include "workbench_subject.h"

namespace subject = workbench_subject;

std::vector<long> run(std::size_t tasks, int workers) {
  std::vector<long> values(tasks);
  // Without this, there are no more threads than cores, whatever the arena says.
  const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, workers);
  tbb::task_arena arena(workers);
  arena.execute([&] {
    tbb::parallel_for(std::size_t{0}, tasks,
                      [&](std::size_t task) { values[task] = subject::action(task); });
  });
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
