// oneTBB: a task_group in an arena of so many threads. The first exception cancels the group, and
// wait() throws it.
#include <tbb/global_control.h>
#include <tbb/task_arena.h>
#include <tbb/task_group.h>

#include <vector>

#include "workbench_subject.h"

namespace subject = workbench_subject;

long act(std::size_t task) {
  if (subject::get("USAGE") == "nested") {
    tbb::task_group own;
    own.run([] {});
    own.wait();  // meanwhile the thread carries out other tasks
  }
  return subject::action(task);
}

std::vector<long> run(std::size_t tasks, int workers) {
  std::vector<long> values(tasks);
  // Without this, there are no more threads than cores, whatever the arena says.
  const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, workers);
  tbb::task_arena arena(workers);
  arena.execute([&] {
    tbb::task_group group;
    for (std::size_t task = 0; task < tasks; ++task) {
      group.run([&values, task] { values[task] = act(task); });
    }
    group.wait();
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
