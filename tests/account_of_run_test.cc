// What is told of a run, whatever the pool gives its caller.
#include "scenarios/account_of_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <utility>

namespace workbench::scenarios {
namespace {

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

}  // namespace
}  // namespace workbench::scenarios
