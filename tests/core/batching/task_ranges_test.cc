// Tasks and pills in order, in little memory.
#include "core/batching/task_ranges.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace workbench {
namespace {

using ::testing::ElementsAre;

TEST(TaskRanges, GivesBackWhatWasPushedInOrder) {
  TaskRanges runs;
  runs.push_all(TaskRange(3));
  runs.push_all(std::vector<MaybeTask>{pill, pill, 7, 8, 3, pill});
  EXPECT_EQ(runs.size(), 9U);
  EXPECT_EQ(runs.front(), MaybeTask(0));
  EXPECT_EQ(runs.pop(), MaybeTask(0));
  EXPECT_EQ(runs.pop(), MaybeTask(1));
  EXPECT_THAT(runs.pop_some(4), ElementsAre(MaybeTask(2), pill, pill, MaybeTask(7)));
  EXPECT_THAT(runs.pop_all(), ElementsAre(MaybeTask(8), MaybeTask(3), pill));
  EXPECT_TRUE(runs.empty());
}

TEST(TaskRanges, GoesOnWithARunThatWasBegun) {
  TaskRanges runs;
  runs.push(1);
  runs.push(2);
  EXPECT_EQ(runs.pop(), MaybeTask(1));
  runs.push(3);
  EXPECT_THAT(runs.pop_all(), ElementsAre(MaybeTask(2), MaybeTask(3)));
  runs.push(4);
  EXPECT_THAT(runs.pop_all(), ElementsAre(MaybeTask(4)));
}

TEST(TaskRanges, HoldsAsManyTasksAsThereCanBe) {
  constexpr auto kMany = std::numeric_limits<TaskId>::max() / 2;
  TaskRanges runs;
  runs.push_all(TaskRange(kMany));
  runs.push_all(TaskRange(0));
  runs.push(pill);
  EXPECT_EQ(runs.size(), kMany + 1);
  EXPECT_EQ(runs.pop(), MaybeTask(0));
  EXPECT_EQ(runs.front(), MaybeTask(1));
}

TEST(TaskRanges, GivesFirstWhatWasPutBack) {
  TaskRanges runs;
  runs.push_all(TaskRange(5));
  runs.pop_some(3);
  runs.push_front({1, 2});
  EXPECT_EQ(runs.size(), 4U);
  EXPECT_EQ(runs.front(), MaybeTask(1));
  EXPECT_THAT(runs.pop_all(), ElementsAre(MaybeTask(1), MaybeTask(2), MaybeTask(3), MaybeTask(4)));
}

TEST(TaskRanges, TakesBackWhatDoesNotFollowInOrder) {
  TaskRanges runs;
  runs.push(7);
  runs.push_front({9, 3, 4, 4});
  EXPECT_EQ(runs.size(), 5U);
  EXPECT_THAT(runs.pop_all(),
              ElementsAre(MaybeTask(9), MaybeTask(3), MaybeTask(4), MaybeTask(4), MaybeTask(7)));
}

TEST(TaskRanges, PutsTasksBackBeforePills) {
  TaskRanges runs;
  runs.push_all(std::vector<MaybeTask>{pill, pill});
  runs.push_front({0});
  EXPECT_THAT(runs.pop_all(), ElementsAre(MaybeTask(0), pill, pill));
}

TEST(TaskRanges, TakesBackTasksWhenItIsEmpty) {
  TaskRanges runs;
  runs.push_front({});
  EXPECT_TRUE(runs.empty());
  runs.push_front({5, 6});
  runs.push(7);
  EXPECT_THAT(runs.pop_all(), ElementsAre(MaybeTask(5), MaybeTask(6), MaybeTask(7)));
  EXPECT_TRUE(runs.empty());
}

}  // namespace
}  // namespace workbench
