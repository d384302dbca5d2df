// Scenarios on the simulated runtime.
#include "scenarios/run/simulation.h"

#include <gtest/gtest.h>

#include <string>

#include "scenarios/model/scenario_file.h"

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
