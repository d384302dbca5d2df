// From whom an idle worker steals, and how much.
#include "core/batching/stealing_rule.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <vector>

namespace workbench {
namespace {

// A worker that has this many tasks of the queue `queue` and has not begun them.
struct Worker {
  char queue;
  std::size_t not_begun;
};

// A theft of tasks of queue A.
Theft<Worker> theft_among(std::vector<Worker>& workers) {
  return choose_theft(
      workers, [](const Worker& worker) { return worker.queue == 'A' ? worker.not_begun : 0; });
}

TEST(StealSize, IsHalfRoundedUp) {
  EXPECT_EQ(steal_size(0), 0U);
  EXPECT_EQ(steal_size(1), 1U);
  EXPECT_EQ(steal_size(2), 1U);
  EXPECT_EQ(steal_size(3), 2U);
  EXPECT_EQ(steal_size(1023), 512U);
}

TEST(Theft, IsFromWhoHasMost) {
  std::vector<Worker> workers{{'A', 2}, {'A', 5}, {'A', 4}};
  const auto theft = theft_among(workers);
  EXPECT_EQ(theft.victim, &workers[1]);
  EXPECT_EQ(theft.tasks, 3U);
}

TEST(Theft, IsFromTheFirstOfEqualOnes) {
  std::vector<Worker> workers{{'A', 0}, {'A', 2}, {'A', 2}};
  EXPECT_EQ(theft_among(workers).victim, &workers[1]);
}

TEST(Theft, LeavesNoLastTaskBehind) {
  std::vector<Worker> workers{{'A', 0}, {'A', 1}};
  const auto theft = theft_among(workers);
  EXPECT_EQ(theft.victim, &workers[1]);
  EXPECT_EQ(theft.tasks, 1U);
}

TEST(Theft, IsFromNobodyWhereNobodyHasAny) {
  std::vector<Worker> nobody;
  std::vector<Worker> idle{{'A', 0}, {'A', 0}};
  for (auto* const workers : {&nobody, &idle}) {
    const auto theft = theft_among(*workers);
    EXPECT_EQ(theft.victim, nullptr);
    EXPECT_EQ(theft.tasks, 0U);
  }
}

TEST(Theft, IsNeverFromAWorkerOfAnotherQueue) {
  std::vector<Worker> others{{'B', 7}, {'B', 9}};
  EXPECT_EQ(theft_among(others).victim, nullptr);
}

TEST(Theft, FindsAVictimBehindAWorkerOfAnotherQueueThatHasMore) {
  std::vector<Worker> workers{{'B', 100}, {'A', 2}, {'B', 100}};
  const auto theft = theft_among(workers);
  EXPECT_EQ(theft.victim, &workers[1]);
  EXPECT_EQ(theft.tasks, 1U);
}

}  // namespace
}  // namespace workbench
