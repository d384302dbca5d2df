// Schedules as text: they are replayed, shrunk, refused, and found at random.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/simulated_pools.h"

namespace workbench::simulated {
namespace {

using ::testing::ElementsAre;
using testing::explored;
using ::testing::HasSubstr;
using ::testing::Key;
using testing::naive_pool;
using testing::outcomes_of;
using testing::TellingProgram;

TEST(Schedules, AreReplayedExactly) {
  const TellingProgram program(naive_pool(2, 2, {1}));
  const auto found = explored(program);
  const std::string schedule = found.outcomes.at("hang").schedule;
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(replay(program, {}, schedule), "hang");
}

TEST(Schedules, AreRefusedIfTheyAreNone) {
  const TellingProgram program(naive_pool(1, 1));
  EXPECT_THROW(replay(program, {}, "0!"), std::invalid_argument);
  EXPECT_THROW(replay(TellingProgram(naive_pool(2, 2)), {}, "z"), std::invalid_argument);
}

TEST(Schedules, HaveRoomForMoreOptionsThanLetters) {
  const TellingProgram program([] {
    const auto last = std::make_shared<Atomic<int>>(-1);
    std::vector<Thread> threads;
    for (int i = 0; i < 100; ++i) {
      threads.emplace_back([=] { last->store(i, std::memory_order_relaxed); });
    }
    for (Thread& thread : threads) thread.join();
    return std::to_string(last->load(std::memory_order_relaxed));
  });
  const auto found = explore_randomly(program, {}, 50, 1, 0);
  EXPECT_GT(found.outcomes.size(), 10U);
  for (const auto& [outcome, each] : found.outcomes) {
    EXPECT_THAT(each.schedule, HasSubstr("z"));
    EXPECT_EQ(replay(program, {}, each.schedule), outcome);
  }
}

TEST(Explorations, AreNotCompleteIfAScheduleIsCut) {
  const TellingProgram endless([]() -> std::string {
    const Atomic<int> flag(0);
    while (flag.load(std::memory_order_relaxed) == 0) {
    }
    return "";
  });
  const auto found = explore(endless, {.scheduler = {.max_steps = 10}});
  EXPECT_FALSE(found.complete);
  EXPECT_THAT(found.outcomes, ElementsAre(Key("too long")));
}

// Each of two workers leaves a mark, and then counts what marks there are.
std::string count_marks() {
  Simulated runtime;
  Simulated::Queue<int> marks(runtime, "marks");
  Simulated::Queue<std::size_t> counted(runtime, "counted");
  auto crew = runtime.launch(2, [=]() mutable {
    marks.push(1);
    std::vector<int> seen = marks.drain();
    const std::size_t count = seen.size();
    marks.push_all(std::move(seen));
    counted.push(count);
  });
  crew.join();
  return std::to_string(counted.pop()) + std::to_string(counted.pop());
}

std::string outcome_or_none(const Program& program, const std::string& schedule) {
  try {
    return replay(program, {}, schedule);
  } catch (const std::invalid_argument&) {
    return "none";
  }
}

TEST(Schedules, AreShrunkToWhatMatters) {
  const TellingProgram program(count_marks);
  const auto found = explored(program, Search::sleep_sets);
  ASSERT_TRUE(found.outcomes.contains("20"));  // one of them has taken both marks
  const std::string schedule = found.outcomes.at("20").schedule;
  const std::string shrunk = shrink(program, {}, schedule);
  EXPECT_EQ(replay(program, {}, shrunk), "20");
  EXPECT_LT(shrunk.size(), schedule.size());
  // Some interruption is needed, and none of those that are left can be left out.
  EXPECT_NE(shrunk.find_first_not_of('0'), std::string::npos);
  for (std::size_t i = 0; i < shrunk.size(); ++i) {
    if (shrunk[i] == '0') continue;
    std::string other = shrunk;
    other[i] = '0';
    EXPECT_NE(outcome_or_none(program, other), "20") << i;
  }
}

TEST(RandomSchedules, FindWhatIsThereAndSayHowToFindItAgain) {
  const TellingProgram program(count_marks);
  const auto all = outcomes_of(explored(program));
  EXPECT_GT(all.size(), 2U);
  for (const std::size_t depth : {0U, 3U}) {
    const auto found = explore_randomly(program, {}, 500, 1, depth);
    EXPECT_EQ(found.schedules, 500U);
    EXPECT_EQ(outcomes_of(found), all);
    for (const auto& [outcome, each] : found.outcomes) {
      EXPECT_EQ(replay(program, {}, each.schedule), outcome);
    }
  }
}

}  // namespace
}  // namespace workbench::simulated
