// What is told of a run, whatever the pool gives its caller.
#include "scenarios/account_of_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <stdexcept>
#include <utility>
#include <vector>

namespace workbench::scenarios {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;

Account account_of(std::function<Account(const Stage&)> run) {
  const trace::SharedTrace trace = trace::make_trace();
  const Scenario scenario{.name = "x", .title = "X", .why = "", .tasks = 3};
  return account_of_run(
      {.name = "mine", .description = "", .runtimes = {"threads"}, .run = std::move(run)},
      Stage(scenario, "threads", *trace));
}

TEST(AccountOfRun, TellsWhateverIsThrownAtTheCaller) {
  const Account number = account_of([](const Stage& /*stage*/) -> Account { throw 42; });
  EXPECT_EQ(number.error, "int: 42");
  EXPECT_EQ(number.ledger.missing, 3U);
  EXPECT_EQ(verdict_of(number), Verdict::stopped);
  const Account named =
      account_of([](const Stage& /*stage*/) -> Account { throw std::runtime_error("boom"); });
  EXPECT_EQ(named.error, "std::runtime_error: boom");
}

TEST(AccountOfRun, PutsResultsIntoTaskOrder) {
  const Account account = account_of([](const Stage& /*stage*/) {
    return Account{.results = {{2, "ok", right_value(2)}, {0, "ok", right_value(0)}, {1, "lost"}}};
  });
  EXPECT_THAT(account.results, ElementsAre(Field(&TaskResult::task, 0), Field(&TaskResult::task, 1),
                                           Field(&TaskResult::task, 2)));
  EXPECT_EQ(account.ledger, (Ledger{.submitted = 3, .ok = 2, .lost = 1}));
  EXPECT_EQ(verdict_of(account), Verdict::reported);
}

TEST(AccountOfRun, NeverTakesAWrongValueOrASecondOneForAResult) {
  const std::vector<std::vector<TaskResult>> wrong{
      {{0, "ok", right_value(0)}, {1, "ok", right_value(1)}, {2, "ok", 12}},
      {{0, "ok", right_value(0)}, {1, "ok", right_value(1)}, {1, "ok", right_value(1)}},
      {{0, "ok", right_value(0)}, {1, "ok", right_value(1)}, {3, "ok", right_value(3)}}};
  for (const auto& results : wrong) {
    const Account account =
        account_of([&](const Stage& /*stage*/) { return Account{.results = results}; });
    EXPECT_EQ(account.ledger, (Ledger{.submitted = 3, .ok = 2, .missing = 1}));
    EXPECT_EQ(account.wrong, 1U);
    EXPECT_EQ(verdict_of(account), Verdict::silent_loss);
  }
}

}  // namespace
}  // namespace workbench::scenarios
