// What the poison-pill pool does on a sunny day, and with a worker that dies where it can afford
// it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "naive/pool.h"
#include "tests/support/runs.h"
#include "tests/support/runtimes.h"

namespace workbench {
namespace {

using testing::tasks;
using testing::times_ten;
using ::testing::UnorderedElementsAre;

template <class Runtime>
class NaiveOn : public ::testing::Test {};
TYPED_TEST_SUITE(NaiveOn, testing::Runtimes, testing::RuntimeName);

TYPED_TEST(NaiveOn, ReturnsEveryResultWhenNothingGoesWrong) {
  const naive::Pool pool({.parallelism = 3}, TypeParam{});
  EXPECT_THAT(pool.run(tasks(5), times_ten), UnorderedElementsAre(0, 10, 20, 30, 40));
}

TYPED_TEST(NaiveOn, DoesNothingForNoTasks) {
  EXPECT_TRUE(naive::Pool({}, TypeParam{}).run(tasks(0), times_ten).empty());
}

TYPED_TEST(NaiveOn, CompletesAHundredThousandTasks) {
  EXPECT_EQ(naive::Pool({}, TypeParam{}).run(tasks(100'000), times_ten).size(), 100'000U);
}

TYPED_TEST(NaiveOn, DeliversTenMegabyteResults) {
  const auto results =
      naive::Pool({}, TypeParam{}).run(tasks(2), [](int) { return std::string(10'000'000, 'x'); });
  EXPECT_EQ(results[1], std::string(10'000'000, 'x'));
}

// One dead worker is survived, and hidden, if it died with empty hands.
TYPED_TEST(NaiveOn, HidesTheDeathOfAWorkerBetweenTwoTasks) {
  const auto injector = std::make_shared<scenarios::Injector>(
      std::vector<scenarios::Fault>{{.at = scenarios::Window::before_pop, .worker = 0, .pop = 1}});
  ::testing::internal::CaptureStderr();
  const naive::Pool pool({}, scenarios::Faulty<TypeParam>(injector));
  EXPECT_EQ(pool.run(tasks(5), times_ten).size(), 5U);
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "worker 0 died: std::runtime_error: boom\n");
}

// A worker that is killed with empty hands is survived too: what it had pushed is there.
TEST(NaiveOnProcesses, CompletesWhenAWorkerIsKilledWithEmptyHands) {
  using scenarios::Window;
  for (const scenarios::Fault& fault : std::vector<scenarios::Fault>{
           {.kind = scenarios::FaultKind::kill, .at = Window::before_pop, .worker = 0, .pop = 1},
           {.kind = scenarios::FaultKind::kill, .at = Window::after_push, .task = 2}}) {
    const auto injector = std::make_shared<scenarios::Injector>(std::vector{fault});
    const naive::Pool pool({}, scenarios::Faulty<Processes>(injector));
    EXPECT_THAT(pool.run(tasks(5), times_ten), UnorderedElementsAre(0, 10, 20, 30, 40));
  }
}

}  // namespace
}  // namespace workbench
