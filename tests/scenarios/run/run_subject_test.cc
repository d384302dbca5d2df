// What is told of a run, whatever the pool gives its caller.
#include "scenarios/run/run_subject.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <stdexcept>
#include <utility>
#include <vector>

namespace workbench::scenarios {
namespace {

using enum OutcomeKind;
using ::testing::ElementsAre;
using ::testing::Field;

RunResult result_of(std::function<RunResult(const TestBed&)> run) {
  const trace::SharedTrace trace = trace::make_trace();
  const Scenario scenario{.name = "x", .title = "X", .why = "", .tasks = 3};
  return run_subject({.name = "mine",
                      .description = "",
                      .runtimes = {RuntimeKind::threads},
                      .run = std::move(run)},
                     TestBed(scenario, RuntimeKind::threads, *trace));
}

TEST(RunSubject, TellsWhateverIsThrownAtTheCaller) {
  const RunResult number = result_of([](const TestBed& /*bed*/) -> RunResult { throw 42; });
  EXPECT_EQ(number.error, "int: 42");
  EXPECT_EQ(number.tally.missing(), 3U);
  EXPECT_EQ(verdict_of(number), Verdict::stopped);
  const RunResult named =
      result_of([](const TestBed& /*bed*/) -> RunResult { throw std::runtime_error("boom"); });
  EXPECT_EQ(named.error, "std::runtime_error: boom");
}

TEST(RunSubject, PutsResultsIntoTaskOrder) {
  const RunResult result = result_of([](const TestBed& /*bed*/) {
    return RunResult{.tasks = {{2, ok, right_sum(2)}, {0, ok, right_sum(0)}, {1, lost}}};
  });
  EXPECT_THAT(result.tasks, ElementsAre(Field(&TaskResult::task, 0), Field(&TaskResult::task, 1),
                                        Field(&TaskResult::task, 2)));
  EXPECT_EQ(result.tally, (Tally{{ok, 2}, {lost, 1}}));
  EXPECT_EQ(verdict_of(result), Verdict::reported);
}

TEST(RunSubject, NeverTakesAWrongValueOrASecondOneForAResult) {
  const std::vector<std::vector<TaskResult>> wrong{
      {{0, ok, right_sum(0)}, {1, ok, right_sum(1)}, {2, ok, 12}},
      {{0, ok, right_sum(0)}, {1, ok, right_sum(1)}, {1, ok, right_sum(1)}},
      {{0, ok, right_sum(0)}, {1, ok, right_sum(1)}, {3, ok, right_sum(3)}}};
  for (const auto& results : wrong) {
    const RunResult result =
        result_of([&](const TestBed& /*bed*/) { return RunResult{.tasks = results}; });
    EXPECT_EQ(result.tally[ok], 2U);
    EXPECT_EQ(result.tally.missing(), 1U);
    EXPECT_EQ(result.wrong, 1U);
    EXPECT_EQ(verdict_of(result), Verdict::silent_loss);
  }
}

}  // namespace
}  // namespace workbench::scenarios
