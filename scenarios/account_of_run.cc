#include "scenarios/account_of_run.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "core/failure.h"
#include "core/simulated/scheduler.h"

namespace workbench::scenarios {
namespace {

std::size_t* count_of(std::string_view outcome, Ledger& ledger) {
  if (outcome == "ok") return &ledger.ok;
  if (outcome == "failed") return &ledger.failed;
  if (outcome == "lost") return &ledger.lost;
  if (outcome == "timed_out") return &ledger.timed_out;
  return outcome == "not_started" ? &ledger.not_started : nullptr;
}

// Puts the results into task order, and counts them. A value that is not right is no result of its
// task, and neither is a second one.
void settle(std::size_t tasks, Account& account) {
  std::stable_sort(
      account.results.begin(), account.results.end(),
      [](const TaskResult& left, const TaskResult& right) { return left.task < right.task; });
  account.wrong = 0;
  account.ledger = {.submitted = tasks, .missing = tasks};
  std::optional<TaskId> last;
  for (const TaskResult& result : account.results) {
    std::size_t* const count = count_of(result.outcome, account.ledger);
    const bool right = result.outcome != "ok" || result.value == right_value(result.task);
    if (count == nullptr || !right || result.task >= tasks || result.task == last) {
      ++account.wrong;
      continue;
    }
    last = result.task;
    ++*count;
    --account.ledger.missing;
  }
}

}  // namespace

Account account_of_run(const Subject& subject, const Stage& stage) {
  try {
    Account account = subject.run(stage);
    settle(stage.scenario().tasks, account);
    return account;
  } catch (const simulated::Unwind&) {
    throw;  // the end of a simulated run, and none of its errors
  } catch (...) {
    Account account;
    account.error = current_failure().headline();
    account.ledger = {.submitted = stage.scenario().tasks, .missing = stage.scenario().tasks};
    return account;
  }
}

Verdict verdict_of(const Account& account) {
  const Ledger& ledger = account.ledger;
  if (account.error) return Verdict::stopped;
  if (ledger.missing > 0 || account.wrong > 0) return Verdict::silent_loss;
  return ledger.ok == ledger.submitted ? Verdict::completed : Verdict::reported;
}

void count_results(const Scenario& scenario, Account& account) {
  account.ledger.submitted = scenario.tasks;
  account.ledger.ok = std::min(account.ledger.ok, scenario.tasks);
  account.ledger.missing = scenario.tasks - account.ledger.ok;
}

}  // namespace workbench::scenarios
