// Scenarios on the simulated runtime.
#include "scenarios/run/simulation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "scenarios/model/scenario_file.h"
#include "scenarios/report/page/explore_section.h"
#include "scenarios/run/explore/exploration.h"
#include "scenarios/run/explore/scenario_graph.h"

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

// A pool, and how often each outcome is there among the classes of schedules.
struct Ends {
  std::string subject;
  std::size_t tasks;
  std::map<std::string, std::size_t> ends;
};

class GraphOfTwoThrows : public ::testing::TestWithParam<Ends> {};

// The schedules that the explorer runs and the ends of the graph are the same classes; and each end
// is reached by its schedule.
TEST_P(GraphOfTwoThrows, HasTheEndsThatTheExplorerFindsAndEachIsReplayed) {
  const auto& [subject, tasks, ends] = GetParam();
  Scenario scenario = two_tasks();
  scenario.tasks = tasks;
  scenario.faults.push_back(
      {.kind = FaultKind::throw_standard, .at = Window::in_action, .task = 1});
  const RunSpec spec{&scenario, find_subject(subject), RuntimeKind::simulated};
  const ScenarioGraph graph = scenario_graph(spec, {});
  EXPECT_TRUE(graph.complete);
  Simulation simulation(*spec.subject, scenario);
  std::map<std::string, std::size_t> found;
  for (const auto& [outcome, seen] : simulated::explore(simulation.program(), {}).outcomes) {
    found[outcome] = seen.count;
  }
  EXPECT_EQ(found, ends);
  std::map<std::string, std::size_t> reached;
  for (const auto& node : graph.nodes) {
    EXPECT_NE(node.choices.empty(), !node.leaf);
    if (!node.leaf) continue;
    ++reached[node.leaf->outcome];
    const RunRecord again = simulation.run(parse_schedule(node.leaf->schedule));
    EXPECT_EQ(describe(again), node.leaf->outcome) << node.leaf->schedule;
    EXPECT_EQ(again.verdict, node.leaf->verdict);
    EXPECT_EQ(again.hang ? again.hang->kind : std::nullopt, node.leaf->hang);
  }
  EXPECT_EQ(reached, ends);
}

INSTANTIATE_TEST_SUITE_P(
    , GraphOfTwoThrows,
    ::testing::Values(Ends{"naive", 2, {{"hang (orphaned-wait): 1 ok, 1 missing", 4}}},
                      Ends{"published-reactor", 2, {{"silent-loss: 1 ok, 1 missing", 8}}},
                      Ends{"published-reactor",
                           3,
                           {{"silent-loss: 2 ok, 1 missing", 8}, {"stopped: 0 ok, 3 missing", 40}}},
                      Ends{"reactor-keep-going", 2, {{"reported: 1 ok, 1 failed", 240}}}),
    [](const ::testing::TestParamInfo<Ends>& test) {
      std::string name = test.param.subject + std::to_string(test.param.tasks);
      name.erase(std::remove(name.begin(), name.end(), '-'), name.end());
      return name;
    });

// Whoever waits is said to wait, and somebody else goes on; the queues are told by the events.
TEST(ScenarioGraph, EndsWhereNobodyGoesOn) {
  Scenario scenario = two_tasks();
  scenario.tasks = 1;
  scenario.faults.push_back(
      {.kind = FaultKind::throw_standard, .at = Window::in_action, .task = 0});
  const RunSpec spec{&scenario, find_subject("naive"), RuntimeKind::simulated};
  const ScenarioGraph graph = scenario_graph(spec, {});
  EXPECT_THAT(graph.queues, ::testing::ElementsAre("input_queue", "result_queue"));
  std::set<std::string> done;
  for (const PlayedStep& step : graph.steps) {
    done.insert(step.does);
    EXPECT_TRUE(step.waits || !step.does.starts_with("wait for ")) << step.does;
  }
  EXPECT_THAT(done, ::testing::IsSupersetOf(
                        {"start", "push input_queue", "pop input_queue", "wait for result_queue"}));
}

TEST(ScenarioGraph, ThatIsTooLargeIsRefusedInOneLine) {
  const Scenario scenario = two_tasks();
  const RunSpec spec{&scenario, find_subject("naive"), RuntimeKind::simulated};
  try {
    scenario_graph(spec, {}, 10);
    FAIL() << "it is larger";
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("2 workers and 2 tasks has more than 10 nodes"));
  }
}

// What the report says of a search: the same text for the same search, and no foreign markup in it.
TEST(ExploreSection, ShowsWhereAFailingRunAndAGoodOnePart) {
  Scenario scenario = two_tasks();
  scenario.tasks = 1;
  scenario.name = "<script>alert(1)</script>";
  const RunSpec spec{&scenario, find_subject("naive"), RuntimeKind::simulated};
  const auto section = [&] {
    return explore_section({{spec, explore_scenario(spec, {.how = {.scheduler = {.faults = 1}}},
                                                    [](const auto&) { return true; })}});
  };
  const std::string html = section();
  EXPECT_THAT(html, ::testing::HasSubstr("<td>all of them</td>"));
  EXPECT_THAT(html, ::testing::HasSubstr("one choice makes the difference"));
  EXPECT_THAT(html, ::testing::HasSubstr("here they part"));
  EXPECT_THAT(html, ::testing::Not(::testing::HasSubstr("<script>")));
  EXPECT_EQ(html, section());
}

}  // namespace
}  // namespace workbench::scenarios
