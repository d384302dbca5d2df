// The poison-pill pool as a subject.
#include <vector>

#include "naive/pool.h"
#include "scenarios/subjects/subject.h"

namespace workbench::scenarios {
namespace {

// The pool returns the values in the order of completion, and does not say which task each belongs
// to. Here the value itself tells.
RunResult result_of(const std::vector<Sum>& sums) {
  RunResult result;
  for (const Sum& sum : sums) {
    result.tasks.push_back({task_of(sum.value), OutcomeKind::ok, sum.value});
  }
  return result;
}

RunResult run(const TestBed& bed) {
  const Scenario& scenario = bed.scenario();
  return bed.on_runtime([&](auto runtime, auto action) {
    const naive::Pool pool(
        {.parallelism = scenario.workers, .queue_capacity = scenario.queue_capacity}, runtime);
    return result_of(pool.run(bed.tasks(), action));
  });
}

const Registration registration{{.name = "naive",
                                 .description = "the poison-pill pool",
                                 .runtimes = {RuntimeKind::threads, RuntimeKind::processes},
                                 .on_our_runtimes = true,
                                 .run = run,
                                 .rank = 1}};

}  // namespace
}  // namespace workbench::scenarios
