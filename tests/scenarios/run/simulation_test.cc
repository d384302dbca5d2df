// Scenarios on the simulated runtime.
#include "scenarios/run/simulation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "scenarios/model/scenario_file.h"
#include "scenarios/run/exploration.h"

namespace workbench::scenarios {
namespace {

TEST(Simulation, ReplaysTheErrorThatThePublishedReactorLosesEveryTime) {
  const Scenario scenario = parse_scenario(R"(
    title   = "The last of two tasks throws"
    why     = "It is the smallest run in which an error can be missed."
    tasks   = 2
    workers = 2
    [[fault]]
    kind = "throw"
    at   = "in-action"
    task = 1
  )",
                                           "mine.toml", {});
  Simulation simulation(*find_subject("published-reactor"), scenario);
  const auto found = simulated::explore(simulation.program(), {});
  EXPECT_TRUE(found.complete);
  const auto& lost = found.outcomes.at("silent-loss: 1 ok, 1 missing");
  for (int i = 0; i < 1000; ++i) {
    const RunRecord again = simulation.run({.choices = lost.schedule});
    ASSERT_EQ(describe(again), "silent-loss: 1 ok, 1 missing");
  }
}

Scenario two_tasks() {
  return parse_scenario(
      "title = \"two tasks\"\nwhy = \"for the explorer\"\ntasks = 2\nworkers = 2\n", "mine.toml",
      {});
}

// One throw may strike anywhere. A run in which it takes a worker with its task hangs, and the
// nearest good one differs from it in that one choice.
TEST(TurningPoint, IsTheLastChoiceThatMakesTheDifference) {
  const Scenario scenario = two_tasks();
  const RunSpec spec{&scenario, find_subject("naive"), RuntimeKind::simulated};
  const ExploredScenario explored = explore_scenario(spec, {.how = {.scheduler = {.faults = 1}}},
                                                     [](const auto&) { return true; });
  std::size_t hangs = 0;
  for (const ExploredOutcome& each : explored.outcomes) {
    if (each.run.record.verdict != Verdict::hang) {
      EXPECT_FALSE(each.turning_point) << each.outcome << " is good itself";
      continue;
    }
    ++hangs;
    ASSERT_TRUE(each.turning_point) << each.outcome;
    const TurningPoint& point = *each.turning_point;
    EXPECT_EQ(point.good.record.verdict, Verdict::completed);
    EXPECT_NE(point.here, point.there);
    EXPECT_THAT(point.here, ::testing::HasSubstr("worker-"));
    // It can be made again.
    Simulation simulation(*spec.subject, scenario);
    EXPECT_EQ(describe(simulation.run(parse_schedule(point.good.spec.schedule))),
              describe(point.good.record));
  }
  EXPECT_GT(hangs, 0U);
}

TEST(TurningPoint, IsNotMadeUpWhereEveryScheduleFails) {
  const Scenario scenario = parse_scenario(
      "title = \"t\"\nwhy = \"w\"\ntasks = 1\nworkers = 1\n[[fault]]\nkind = \"throw\"\n",
      "mine.toml", {});
  const RunSpec spec{&scenario, find_subject("naive"), RuntimeKind::simulated};
  const ExploredScenario explored = explore_scenario(spec, {}, [](const auto&) { return true; });
  ASSERT_EQ(explored.outcomes.size(), 1U);
  EXPECT_EQ(explored.outcomes.front().run.record.verdict, Verdict::hang);
  EXPECT_FALSE(explored.outcomes.front().turning_point);
}

TEST(Schedules, AreTheSameAsTextAndBack) {
  for (const std::string text : {"0", "0012", "1.0.0:01", "0.2.1:0a"}) {
    EXPECT_EQ(parse_schedule(text).text(), text);
  }
  for (const std::string text : {"1:0", "1.1:0", "1.1.1.1:0", "x.0.0:0", ":", " 1.0.0:0",
                                 "+1.0.0:0", "-1.0.0:0", "99999.0.0:0"}) {
    EXPECT_THROW(parse_schedule(text), UsageError) << text;
  }
}

}  // namespace
}  // namespace workbench::scenarios
