// The three searches: what dynamic partial-order reduction and sleep sets leave out does not
// matter.
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/simulated_pools.h"

namespace workbench::simulated {
namespace {

using testing::a_reactor;
using testing::a_reactor_struck;
using testing::counts_of;
using testing::explored;
using testing::naive_pool;
using testing::naive_pool_struck;
using testing::outcomes_of;
using testing::TellingProgram;
using testing::ways_to_outcomes;

// The three searches see the same outcomes; how many schedules each needs is pinned: a change means
// that the protocol or the explorer has changed.
struct Counted {
  std::string name;
  std::function<std::string()> tell;
  std::size_t depth_first;
  std::size_t sleep_sets;
  std::size_t dpor;
  std::size_t classes;  // ends of the graph
  Scheduler::Options scheduler{};
};

class SmallCase : public ::testing::TestWithParam<Counted> {};

TEST_P(SmallCase, HasTheSameOutcomesHoweverItIsSearched) {
  const TellingProgram program(GetParam().tell);
  const auto& scheduler = GetParam().scheduler;
  const auto all = explored(program, Search::depth_first, scheduler);
  const auto awake = explored(program, Search::sleep_sets, scheduler);
  const auto reduced = explored(program, Search::dpor, scheduler);
  EXPECT_EQ(outcomes_of(awake), outcomes_of(all));
  EXPECT_EQ(outcomes_of(reduced), outcomes_of(all));
  EXPECT_EQ(all.schedules, GetParam().depth_first);
  EXPECT_EQ(awake.schedules, GetParam().sleep_sets);
  EXPECT_EQ(reduced.schedules, GetParam().dpor);
}

// No two schedules are in one class that do not come to the same: then the graph would have other
// ways than the depth-first search. The explorer runs one schedule of each class, or several where
// there are choices within steps: of NaiveIsStruck it runs 128 for 50.
TEST_P(SmallCase, HasAsManyWaysThroughItsGraphAsSchedules) {
  const TellingProgram program(GetParam().tell);
  const auto& scheduler = GetParam().scheduler;
  const ScheduleGraph graph = schedule_graph(program, scheduler, 100'000);
  EXPECT_TRUE(graph.complete);
  EXPECT_EQ(ways_to_outcomes(graph), counts_of(explored(program, Search::depth_first, scheduler)));
  EXPECT_EQ(graph.ends(), GetParam().classes);
  for (const auto& node : graph.nodes) {
    if (!node.end) continue;
    EXPECT_EQ(replay(program, scheduler, node.end->schedule), node.end->outcome);
  }
}

TEST(ScheduleGraphs, ThatAreTooLargeAreNotComplete) {
  const TellingProgram program(naive_pool(2, 2));
  EXPECT_FALSE(schedule_graph(program, {}, 10).complete);
}

// A late producer: the queue is empty when its consumers come.
std::string produce_late() {
  Simulated runtime;
  Simulated::Queue<int> queue(runtime, "queue");
  auto crew = runtime.launch(2, [=]() mutable { queue.pop(); });
  queue.push(1);
  queue.push(2);
  crew.join();
  return "all popped";
}

// Consumers whose time may be over before it is.
std::string pop_in_time() {
  Simulated runtime;
  Simulated::Queue<int> queue(runtime, "queue");
  const auto popped = std::make_shared<std::size_t>(0);
  auto crew = runtime.launch(
      2, [=]() mutable { *popped += queue.pop_some(1, std::chrono::seconds(1)).size(); });
  queue.push(1);
  crew.join();
  return std::to_string(*popped) + " popped";
}

// One looks at a flag and sets it, another one only looks, a third one only sets it: a race between
// two of them may leave unseen what a third one makes of it.
std::string look_at_a_flag() {
  const auto flag = std::make_shared<Atomic<int>>(0);
  const auto seen = std::make_shared<std::vector<int>>(2);
  std::vector<Thread> threads;
  threads.emplace_back([=] { flag->store(1, std::memory_order_relaxed); });
  threads.emplace_back([=] {
    seen->front() = flag->load(std::memory_order_relaxed);
    flag->store(2, std::memory_order_relaxed);
  });
  threads.emplace_back([=] { seen->back() = flag->load(std::memory_order_relaxed); });
  for (Thread& thread : threads) thread.join();
  return std::to_string(seen->front()) + std::to_string(seen->back());
}

INSTANTIATE_TEST_SUITE_P(
    , SmallCase,
    ::testing::Values(
        Counted{"NaiveOneTask", naive_pool(2, 1), 504, 4, 4, 4},
        Counted{"NaiveOneTaskThrows", naive_pool(2, 1, {0}), 126, 2, 2, 2},
        Counted{"LateProducer", produce_late, 4453, 17, 16, 16},
        Counted{"LateProducerWokenForNothing",
                produce_late,
                12317,
                75,
                70,
                70,
                {.spurious_wakeups = 1}},
        Counted{"ThoseWhoLook", look_at_a_flag, 720, 9, 9, 9},
        Counted{"TimersInTime", pop_in_time, 158, 6, 6, 6},
        Counted{"TimersTooEarly", pop_in_time, 3679, 27, 26, 26, {.early_timeouts = 2}},
        Counted{"ReactorStops", a_reactor(true, 1, 1, {0}), 1764, 6, 2, 2},
        Counted{"NaiveIsStruck", naive_pool_struck(2, 1), 2752, 128, 128, 50, {.faults = 1}},
        Counted{"ReactorIsStruck", a_reactor_struck(false, 1, 1), 3445, 62, 17, 17, {.faults = 1}}),
    [](const ::testing::TestParamInfo<Counted>& test) { return test.param.name; });

TEST(DporCounts, ArePinned) {
  EXPECT_EQ(explored(TellingProgram(naive_pool(2, 2))).schedules, 12U);
  EXPECT_EQ(explored(TellingProgram(naive_pool(3, 3))).schedules, 522U);
  EXPECT_EQ(explored(TellingProgram(a_reactor(false, 2, 2))).schedules, 240U);
}

}  // namespace
}  // namespace workbench::simulated
