// The poison-pill pool as a subject.
#include <vector>

#include "naive/pool.h"
#include "scenarios/subject.h"

namespace workbench::scenarios {
namespace {

// The pool gives values in the order of completion, and does not say whose they are.
Account account_of(const std::vector<Answer>& answers) {
  Account account;
  for (const Answer& answer : answers) {
    account.results.push_back({task_of(answer.value), "ok", answer.value});
  }
  return account;
}

Account run(const Stage& stage) {
  const Scenario& scenario = stage.scenario();
  return stage.on_runtime([&](auto runtime, auto action) {
    const naive::Pool pool(
        {.parallelism = scenario.workers, .queue_capacity = scenario.queue_capacity}, runtime);
    return account_of(pool.run(stage.tasks(), action));
  });
}

const Registration registration{{.name = "naive",
                                 .description = "the poison-pill pool",
                                 .runtimes = runtime_names(),
                                 .on_our_runtimes = true,
                                 .run = run,
                                 .rank = 1}};

}  // namespace
}  // namespace workbench::scenarios
