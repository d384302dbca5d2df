// Every schedule of the real pools, at small sizes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "tests/support/simulated_pools.h"

namespace workbench::simulated {
namespace {

using testing::a_reactor;
using testing::action;
using testing::asked_for_all;
using ::testing::ElementsAre;
using testing::expect_each_end;
using testing::explored;
using testing::kAddressSanitizer;
using ::testing::Key;
using testing::naive_pool;
using ::testing::StartsWith;
using testing::task_ids;
using testing::TellingProgram;
using ::testing::UnorderedElementsAre;

TEST(EverySchedule, OfTheNaivePoolEndsWithoutAFault) {
  EXPECT_THAT(explored(TellingProgram(naive_pool(2, 2))).outcomes, ElementsAre(Key("2 ok")));
  EXPECT_THAT(explored(TellingProgram(naive_pool(3, 3))).outcomes, ElementsAre(Key("3 ok")));
}

TEST(EverySchedule, OfTheNaivePoolHangsWhenATaskThrows) {
  for (const TaskId victim : {0U, 1U}) {
    EXPECT_THAT(explored(TellingProgram(naive_pool(2, 2, {victim}))).outcomes,
                ElementsAre(Key("hang")));
  }
  EXPECT_THAT(explored(TellingProgram(naive_pool(2, 3, {2}))).outcomes, ElementsAre(Key("hang")));
}

TEST(EverySchedule, OfAReactorThatKeepsGoingReportsTheTask) {
  for (const TaskId victim : {0U, 1U}) {
    EXPECT_THAT(explored(TellingProgram(a_reactor(false, 2, 2, {victim}))).outcomes,
                ElementsAre(Key("1 ok, 1 failed")));
  }
  EXPECT_THAT(explored(TellingProgram(a_reactor(false, 2, 2))).outcomes, ElementsAre(Key("2 ok")));
  EXPECT_THAT(explored(TellingProgram(a_reactor(false, 1, 2, {0, 1}))).outcomes,
              ElementsAre(Key("0 ok, 2 failed")));
}

TEST(EverySchedule, OfAReactorThatStopsRaisesTheError) {
  for (const TaskId victim : {0U, 1U}) {
    expect_each_end(explored(TellingProgram(a_reactor(true, 2, 2, {victim}))),
                    StartsWith("error: "));
  }
  // The last task, the only task.
  EXPECT_THAT(explored(TellingProgram(a_reactor(true, 1, 1, {0}))).outcomes,
              ElementsAre(Key("error: 0 ok, 1 failed")));
}

TEST(EverySchedule, OfThreeWorkersAndThreeTasksEndsToo) {
  if (kAddressSanitizer) GTEST_SKIP() << "takes minutes with AddressSanitizer";
  const auto found = explored(TellingProgram(a_reactor(false, 3, 3)));
  EXPECT_THAT(found.outcomes, ElementsAre(Key("3 ok")));
  EXPECT_EQ(found.schedules, 156'288U);
  if (!asked_for_all()) return;  // half a minute more
  EXPECT_THAT(explored(TellingProgram(a_reactor(false, 3, 3, {2}))).outcomes,
              ElementsAre(Key("2 ok, 1 failed")));
  expect_each_end(explored(TellingProgram(a_reactor(true, 3, 3, {2}))), StartsWith("error: "));
}

TEST(EverySchedule, OfABoundedResultQueueHangsTheNaivePoolAlone) {
  const TellingProgram naive([] {
    const naive::Pool<Simulated> pool({.parallelism = 1, .queue_capacity = 1});
    return std::to_string(pool.run(task_ids(2), action({})).size());
  });
  EXPECT_THAT(explored(naive).outcomes, ElementsAre(Key("hang")));
  const TellingProgram safe([] {
    const reactor::Reactor<Simulated> reactor({.parallelism = 1, .queue_capacity = 1});
    return reactor.run(task_ids(2), action({})).tally().summary();
  });
  EXPECT_THAT(explored(safe).outcomes, ElementsAre(Key("2 ok")));
}

TEST(EverySchedule, EndsWhateverTheClockDoes) {
  // A timer may fire too early, once: a task may be called late that is not, but none is lost.
  for (const auto& [search, schedules] :
       {std::pair{Search::sleep_sets, 208U}, {Search::dpor, 91U}}) {
    const auto keeps =
        explored(TellingProgram(a_reactor(false, 1, 1)), search, {.early_timeouts = 1});
    EXPECT_THAT(keeps.outcomes, UnorderedElementsAre(Key("1 ok"), Key("0 ok, 1 timed out")));
    EXPECT_EQ(keeps.schedules, schedules);
  }
  const auto stops =
      explored(TellingProgram(a_reactor(true, 1, 1, {0})), Search::dpor, {.early_timeouts = 1});
  expect_each_end(stops, StartsWith("error: "));
}

TEST(EverySchedule, OfTwoWorkersEndsWhateverTheClockDoes) {
  if (kAddressSanitizer) GTEST_SKIP() << "takes minutes with AddressSanitizer";
  const Scheduler::Options early{.early_timeouts = 1};
  const auto stops = explored(TellingProgram(a_reactor(true, 2, 2, {1})), Search::dpor, early);
  EXPECT_EQ(stops.schedules, 55'243U);
  expect_each_end(stops, StartsWith("error: "));
  if (!asked_for_all()) return;  // 1,346,258 more
  EXPECT_THAT(
      explored(TellingProgram(a_reactor(false, 2, 2)), Search::dpor, early).outcomes,
      UnorderedElementsAre(Key("2 ok"), Key("1 ok, 1 timed out"), Key("0 ok, 2 timed out")));
}

TEST(EverySchedule, EndsWithSpuriousWakeupsToo) {
  const Scheduler::Options spurious{.spurious_wakeups = 1};
  EXPECT_THAT(
      explored(TellingProgram(a_reactor(false, 1, 2, {1})), Search::dpor, spurious).outcomes,
      ElementsAre(Key("1 ok, 1 failed")));
  EXPECT_THAT(explored(TellingProgram(naive_pool(2, 2)), Search::dpor, spurious).outcomes,
              ElementsAre(Key("2 ok")));
}

}  // namespace
}  // namespace workbench::simulated
