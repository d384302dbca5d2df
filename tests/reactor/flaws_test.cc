// What the reactor that was published for Python gets wrong, each as a promise that ours keeps.
// Where such a promise is one of any reactor, it stands elsewhere: null results and second runs in
// reactor_test.cc, an error of the last task and exceptions without a message in
// failing_tasks_test.cc, what concerns worker processes alone in core/processes.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "core/decorator.h"
#include "core/posix/shared_memory.h"
#include "core/this_worker.h"
#include "tests/support/runs.h"
#include "tests/support/runtimes.h"

namespace workbench {
namespace {

using namespace std::chrono_literals;
using enum OutcomeKind;
using testing::kPatience;
using testing::run;
using testing::tasks;
using testing::times_ten;

// A queue that does not let workers wait with a limit.
template <class Inner, class T>
class PatientQueue : public QueueDecorator<PatientQueue<Inner, T>, Inner, T> {
 public:
  template <class Runtime>
  PatientQueue(Runtime& runtime, const std::string& name, QueueOptions options = {})
      : QueueDecorator<PatientQueue, Inner, T>(runtime.inner(), name, options) {}

  void before_pop(const QueueCall& call) {
    if (this_worker_id() && call.waits == QueueCall::Waits::for_a_while) {
      throw std::logic_error("a worker waits with a limit");
    }
  }
};

template <class Inner>
struct Patient : RuntimeDecorator<Inner> {
  template <class T>
  using Queue = PatientQueue<typename Inner::template Queue<T>, T>;
};

template <class Runtime>
class FlawsOn : public ::testing::Test {};
TYPED_TEST_SUITE(FlawsOn, testing::Runtimes, testing::RuntimeName);

TYPED_TEST(FlawsOn, SeesAStopWithoutATimedWaitBeforeEachTask) {
  const auto seen = run({}, Patient<TypeParam>{}, tasks(10), times_ten);
  EXPECT_FALSE(seen.error);
  EXPECT_EQ(seen.tally(), (Tally{{ok, 10}}));
}

TYPED_TEST(FlawsOn, KeepGoingDeliversThousandsOfErrorsWithTheirTracebacks) {
  const auto seen = run({.stop_on_error = false}, TypeParam{}, tasks(5000),
                        [](int task) { throw std::runtime_error(std::to_string(task)); });
  EXPECT_EQ(seen.tally(), (Tally{{failed, 5000}}));
  for (const auto& outcome : seen.report.outcomes) ASSERT_FALSE(outcome.failure()->stack.empty());
}

TYPED_TEST(FlawsOn, TheTimeoutIsThatOfOneTaskAndNamesIt) {
  // The others go on for several timeouts, and each of their results comes within one: a limit that
  // began anew with every result would not end the hung one before the last of them.
  bool ended_before_the_last = false;
  const auto seen = run({.stop_on_error = false,
                         .result_timeout = kPatience,
                         .progress =
                             [&](const reactor::Progress& so_far) {
                               ended_before_the_last |=
                                   so_far.failed == 1 && so_far.done < so_far.total;
                             }},
                        TypeParam{}, tasks(20), [](int task) {
                          if (task == 4)
                            scenarios::strike({.kind = scenarios::FaultKind::sleep_forever});
                          std::this_thread::sleep_for(kPatience / 5);  // work, as it were
                          return task;
                        });
  EXPECT_EQ(seen.tally(), (Tally{{ok, 19}, {timed_out, 1}}));
  EXPECT_EQ(seen.report.outcomes[4].timed_out()->limit, kPatience);
  EXPECT_TRUE(ended_before_the_last);
}

TYPED_TEST(FlawsOn, StopsWithLargeResultsUnread) {
  const auto seen = run({}, TypeParam{}, tasks(50), [](int task) {
    if (task == 25) throw std::runtime_error("boom");
    return std::string(1'000'000, 'x');
  });
  ASSERT_TRUE(seen.error);
  EXPECT_EQ(seen.report.outcomes.size(), 50U);
}

TYPED_TEST(FlawsOn, AccountsForEveryTaskThatAStopDiscards) {
  const auto seen = run({.parallelism = 4}, TypeParam{}, tasks(1000), [](int task) {
    if (task == 7) throw std::runtime_error("boom");
    return task;
  });
  ASSERT_TRUE(seen.error);
  const Tally tally = seen.tally();
  EXPECT_EQ(tally[ok] + tally[not_started], 999U);
  EXPECT_EQ(tally[failed], 1U);
}

TYPED_TEST(FlawsOn, StopsTheLivingWhenOthersHaveDied) {
  // Two of four workers die where they would begin, before or after the stop: the tokens that were
  // meant for them are for nobody.
  const std::vector<scenarios::Fault> deaths{
      {.at = scenarios::Window::before_pop, .worker = 0, .pop = 1},
      {.at = scenarios::Window::before_pop, .worker = 1, .pop = 1}};
  const auto seen = testing::run_with<TypeParam>(deaths, {.parallelism = 4});
  ASSERT_TRUE(seen.error);
  EXPECT_GE(seen.report.exits.size(), 1U);
  EXPECT_EQ(seen.tally()[ok] + seen.tally()[not_started], 5U);
}

TYPED_TEST(FlawsOn, AStopDropsNoErrorAfterTheFirst) {
  const auto begun = posix::make_shared_memory<std::atomic<int>>();
  const auto seen = run({}, TypeParam{}, tasks(2), [&](int task) {
    ++*begun;
    while (*begun < 2) std::this_thread::yield();  // so two tasks are on their way to fail
    throw std::runtime_error(std::to_string(task));
  });
  ASSERT_TRUE(seen.error);
  EXPECT_EQ(seen.report.outcomes[0].failure()->what, "0");
  EXPECT_EQ(seen.report.outcomes[1].failure()->what, "1");
}

TYPED_TEST(FlawsOn, KeepsTypeTaskAndCauseOfTheErrorAndTheOutcomesOfTheRest) {
  const auto seen = run({.parallelism = 1}, TypeParam{}, tasks(3), [](int task) {
    if (task == 2) throw std::out_of_range("too far");
    return task;
  });
  ASSERT_TRUE(seen.error);
  EXPECT_EQ(seen.error->task(), 2U);
  EXPECT_EQ(seen.error->failure()->type, "std::out_of_range");
  EXPECT_EQ(seen.report.outcomes[0].value(), 0);
  EXPECT_EQ(seen.report.outcomes[1].value(), 1);
}

}  // namespace
}  // namespace workbench
