// Actions that take too long, and workers that hang between two tasks: the run ends.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "core/this_worker.h"
#include "reactor/reactor.h"
#include "tests/support/runs.h"
#include "tests/support/runtimes.h"

namespace workbench {
namespace {

using namespace std::chrono_literals;
using enum OutcomeKind;
using scenarios::FaultKind;
using scenarios::Window;
using testing::kPatience;
using testing::run;
using testing::run_with;
using testing::tasks;
using testing::times_ten;

template <class Runtime>
class ReactorOn : public ::testing::Test {};
TYPED_TEST_SUITE(ReactorOn, testing::Runtimes, testing::RuntimeName);

TYPED_TEST(ReactorOn, AHungActionCannotHangTheRun) {
  for (const FaultKind kind : {FaultKind::sleep_forever, FaultKind::spin_forever}) {
    // A thread that spins for ever would burn a core until this program ends: see the next test.
    if (kind == FaultKind::spin_forever && testing::kIsThreads<TypeParam>) continue;
    const std::vector<scenarios::Fault> fault{{.kind = kind, .at = Window::in_action, .task = 2}};
    const auto kept =
        run_with<TypeParam>(fault, {.stop_on_error = false, .result_timeout = kPatience});
    EXPECT_EQ(kept.tally(), (Tally{{ok, 4}, {timed_out, 1}}));
    EXPECT_NE(kept.report.outcomes[2].timed_out(), nullptr);
    EXPECT_EQ(kept.report.abandoned, testing::kIsThreads<TypeParam> ? 1U : 0U);

    const auto stopped = run_with<TypeParam>(fault, {.result_timeout = kPatience});
    ASSERT_TRUE(stopped.error);
    EXPECT_EQ(stopped.error->task(), 2U);
    EXPECT_EQ(stopped.tally()[timed_out], 1U);
  }
}

TEST(ReactorOnThreadsDeathTest, ASpinningActionCannotHangTheRun) {
  const auto run_in_child = [] {
    const auto seen = run_with<Threads>({{.kind = FaultKind::spin_forever, .task = 2}},
                                        {.stop_on_error = false, .result_timeout = kPatience});
    const bool right = seen.tally() == Tally{{ok, 4}, {timed_out, 1}};
    std::_Exit(right && seen.report.abandoned == 1 ? 0 : 1);
  };
  EXPECT_EXIT(run_in_child(), ::testing::ExitedWithCode(0), "");
}

// Its action has returned, so the task is not late: the caller keeps it waiting.
TYPED_TEST(ReactorOn, AWorkerThatWaitsForRoomIsNotLate) {
  for (const std::size_t size : {10U, 500'000U}) {  // more than a line between processes can hold
    int calls = 0;
    const auto seen = run({.stop_on_error = false,
                           .result_timeout = kPatience,
                           .queue_capacity = 1,
                           .progress =
                               [&](const reactor::Progress&) {
                                 const TimePoint end = Clock::now() + 2 * kPatience;
                                 if (++calls > 1) return;
                                 while (Clock::now() < end) {  // a slow caller
                                 }
                               }},
                          TypeParam{}, tasks(8), [size](int) { return std::string(size, 'x'); });
    EXPECT_EQ(seen.tally(), (Tally{{ok, 8}})) << size;
  }
}

TYPED_TEST(ReactorOn, ATimeLimitThatNobodyCanKeepIsNoEndlessLoop) {
  for (const bool stop_on_error : {false, true}) {
    const auto seen = run({.stop_on_error = stop_on_error, .result_timeout = 1ns}, TypeParam{},
                          tasks(20), times_ten);
    EXPECT_EQ(seen.report.outcomes.size(), 20U);
  }
}

TYPED_TEST(ReactorOn, AllActionsMayHang) {
  const std::vector<scenarios::Fault> fault{{.kind = FaultKind::sleep_forever}};
  const auto kept =
      run_with<TypeParam>(fault, {.stop_on_error = false, .result_timeout = kPatience});
  EXPECT_FALSE(kept.error);
  EXPECT_EQ(kept.tally(), (Tally{{timed_out, 5}}));
}

TYPED_TEST(ReactorOn, AWorkerThatHangsOutsideOfAnActionCannotHangTheRun) {
  for (const Window window : {Window::before_pop, Window::after_pop, Window::before_push,
                              Window::after_push, Window::before_exit}) {
    const std::vector<scenarios::Fault> fault{
        {.kind = FaultKind::sleep_forever, .at = window, .worker = 0}};
    const auto seen =
        run_with<TypeParam>(fault, {.stop_on_error = false, .result_timeout = kPatience});
    EXPECT_FALSE(seen.error);
    EXPECT_EQ(seen.report.outcomes.size(), 5U);
    EXPECT_GE(seen.tally()[ok], 4U) << "window " << static_cast<int>(window);
  }
}

TEST(ReactorOnThreads, AThreadIsAskedThroughItsStopToken) {
  const auto asked = std::make_shared<std::atomic<bool>>(false);
  const auto seen = run({.stop_on_error = false, .result_timeout = kPatience}, Threads{}, tasks(3),
                        [asked](int task, const std::stop_token& token) {
                          if (task != 1) return;
                          std::atomic<bool> called = false;
                          const std::stop_callback note(token, [&] {
                            called = true;
                            called.notify_all();
                          });
                          called.wait(false);
                          *asked = true;
                          asked->notify_all();
                        });
  EXPECT_EQ(seen.tally(), (Tally{{ok, 2}, {timed_out, 1}}));
  asked->wait(false);
}

TEST(ReactorOnThreads, DropsTheLateResultOfAnAbandonedThreadAndGivesItNoMoreTasks) {
  // Task 1 returns once the reactor has moved on; the two others are done by then.
  struct Shared {
    std::atomic<bool> released = false;
    std::atomic<int> late_worker = -1;
    std::atomic<int> taken_by_late_worker = 0;
  };
  const auto shared = std::make_shared<Shared>();
  const auto seen = run({.stop_on_error = false,
                         .parallelism = 1,
                         .result_timeout = kPatience,
                         .progress =
                             [&](const reactor::Progress& progress) {
                               if (progress.done != 2) return;  // task 0 and the timed-out task 1
                               shared->released = true;
                               shared->released.notify_all();
                             }},
                        Threads{}, tasks(50), [shared](int task) {
                          if (shared->late_worker == this_worker_id())
                            ++shared->taken_by_late_worker;
                          if (task == 1) {
                            shared->late_worker = *this_worker_id();
                            shared->released.wait(false);
                          }
                          return task;
                        });
  EXPECT_EQ(seen.tally(), (Tally{{ok, 49}, {timed_out, 1}}));
  EXPECT_EQ(shared->taken_by_late_worker, 0);
}

TEST(ReactorOnProcesses, DropsTheLateResultOfAProcessThatIsBeingEnded) {
  // Its SIGTERM is what tells the action that its time is up; it returns within the grace.
  for (const bool stop_on_error : {false, true}) {
    const auto seen = run({.stop_on_error = stop_on_error, .result_timeout = kPatience},
                          Processes({.grace = 60s}), tasks(3), [](int task) {
                            if (task != 1) return task;
                            sigset_t term;
                            sigemptyset(&term);
                            sigaddset(&term, SIGTERM);
                            sigprocmask(SIG_BLOCK, &term, nullptr);
                            int received = 0;
                            sigwait(&term, &received);
                            return task;
                          });
    EXPECT_EQ(seen.error.has_value(), stop_on_error);
    ASSERT_NE(seen.report.outcomes[1].timed_out(), nullptr);
    EXPECT_EQ(seen.tally()[ok] + seen.tally()[not_started], 2U);
  }
}

TEST(ReactorOnThreads, AWorkerThatIsSlowToStartIsNotLate) {
  const auto seen = run_with<Threads>(
      {{.kind = FaultKind::slow, .at = Window::before_pop, .pop = 1, .delay = 50ms}},
      {.stop_on_error = false, .result_timeout = 5ms});
  EXPECT_FALSE(seen.error);
  EXPECT_EQ(seen.report.outcomes.size(), 5U);
  // Whoever was ended was ended for a task.
  EXPECT_EQ(seen.report.abandoned, seen.tally()[timed_out]);
}

TEST(ReactorOnProcesses, AProcessThatIgnoresSigtermIsKilled) {
  const auto seen = run({.stop_on_error = false, .result_timeout = kPatience},
                        Processes({.grace = 10ms}), tasks(3), [](int task) {
                          if (task == 1) {
                            std::signal(SIGTERM, SIG_IGN);
                            scenarios::strike({.kind = FaultKind::sleep_forever});
                          }
                          return task;
                        });
  EXPECT_EQ(seen.tally(), (Tally{{ok, 2}, {timed_out, 1}}));
}

}  // namespace
}  // namespace workbench
