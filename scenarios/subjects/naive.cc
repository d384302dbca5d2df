// The poison-pill pool as a subject.
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "naive/pool.h"
#include "scenarios/subject.h"

namespace workbench::scenarios {
namespace {

// The pool gives values in the order of completion, and does not say whose they are.
Account account_of(const Scenario& scenario, const std::vector<Answer>& answers) {
  std::set<std::int64_t> values;
  for (const Answer& answer : answers) values.insert(answer.value);
  Account account;
  account.ledger.submitted = scenario.tasks;
  for (TaskId task = 0; task < scenario.tasks; ++task) {
    const std::int64_t value = right_value(task);
    if (values.contains(value)) account.results.push_back({task, "ok", value});
  }
  account.ledger.ok = account.results.size();
  account.ledger.missing = scenario.tasks - account.ledger.ok;
  account.wrong = answers.size() - account.ledger.ok;
  return account;
}

Account run(const Stage& stage) {
  const Scenario& scenario = stage.scenario();
  return stage.on_runtime([&](auto runtime, auto action) {
    const naive::Pool pool(
        {.parallelism = scenario.workers, .queue_capacity = scenario.queue_capacity}, runtime);
    return account_of(scenario, pool.run(stage.tasks(), action));
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
