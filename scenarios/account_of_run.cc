#include "scenarios/account_of_run.h"

#include "core/failure.h"
#include "core/simulated/scheduler.h"

namespace workbench::scenarios {

Account account_of_run(const Subject& subject, const Stage& stage) {
  try {
    return subject.run(stage);
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
  account.ledger.ok = account.results.size();
  account.ledger.missing = scenario.tasks - account.ledger.ok;
}

}  // namespace workbench::scenarios
