// A template for a subject: your own pool, put through every scenario. Copy this file to
// scenarios/subjects/pools/my_pool.cc and change it; nothing else needs to be changed.
//
//     ./workbench compare --subject my-pool
//     ./workbench run one-task-throws --subject my-pool
//
// [subject template]
#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

#include "scenarios/subjects/subject.h"

namespace workbench::scenarios {
namespace {

// 1. The pool. This one is small, and too trusting: what happens when the action throws?
std::vector<Sum> run_my_pool(const std::vector<TaskId>& tasks, int workers, auto action) {
  std::vector<Sum> sums;
  std::mutex mutex;
  std::atomic<std::size_t> next{0};
  std::vector<std::jthread> crew;
  crew.reserve(static_cast<std::size_t>(workers));
  for (int i = 0; i < workers; ++i) {
    crew.emplace_back([&, action]() mutable {
      for (std::size_t mine = next++; mine < tasks.size(); mine = next++) {
        const Sum sum = action(tasks[mine]);
        const std::lock_guard lock(mutex);
        sums.push_back(sum);
      }
    });
  }
  crew.clear();  // joins
  return sums;
}

// 2. The adapter: runs the scenario, and returns what the caller of the pool received, in any
// order. A task without a result counts as `missing`, a wrong value as `wrong`. An exception that
// leaves this function counts as an error that reached the caller.
RunResult run(const TestBed& bed) {
  const auto sums = run_my_pool(bed.tasks(), bed.scenario().workers, bed.action());
  RunResult result;
  for (const Sum& sum : sums) {
    result.tasks.push_back({task_of(sum.value), OutcomeKind::ok, sum.value});
  }
  return result;
}

// 3. Its name. A pool that is a template over a Runtime, as ours are, uses `bed.on_runtime`
// (subjects/pools/naive.cc) and can name all of `kRealRuntimes`; then faults can strike in every
// window, and the wait board works, without more code.
const Registration registration{{.name = "my-pool",
                                 .description = "a pool of my own",
                                 .runtimes = {RuntimeKind::threads},
                                 .run = run}};

}  // namespace
}  // namespace workbench::scenarios
// [subject template]
