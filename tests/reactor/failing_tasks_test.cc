// Tasks whose action throws, and workers that die between two tasks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "core/posix/shared_memory.h"
#include "reactor/reactor.h"
#include "tests/support/runs.h"
#include "tests/support/runtimes.h"

namespace workbench {
namespace {

using enum OutcomeKind;
using reactor::Reactor;
using scenarios::Window;
using testing::fails_on_three;
using ::testing::HasSubstr;
using testing::kKeepGoing;
using testing::run;
using testing::run_with;
using testing::tasks;
using testing::times_ten;

template <class Runtime>
class ReactorOn : public ::testing::Test {};
TYPED_TEST_SUITE(ReactorOn, testing::Runtimes, testing::RuntimeName);

// ---- the action throws ----------------------------------------------------------------------

TYPED_TEST(ReactorOn, KeepGoingReportsTheFailureOfATaskAndDoesTheOthers) {
  const auto seen = run(kKeepGoing, TypeParam{}, tasks(5), fails_on_three);
  EXPECT_FALSE(seen.error);
  EXPECT_EQ(seen.tally(), (Tally{{ok, 4}, {failed, 1}}));
  const Failure* failure = seen.report.outcomes[3].failure();
  ASSERT_NE(failure, nullptr);
  EXPECT_EQ(failure->task, 3U);
  EXPECT_EQ(failure->type, "std::runtime_error");
  EXPECT_EQ(failure->what, "boom");
  EXPECT_TRUE(failure->worker.has_value());
  EXPECT_TRUE(seen.report.exits.empty());  // the worker stays alive
}

TYPED_TEST(ReactorOn, KeepGoingReportsEveryFailureHoweverMany) {
  const auto seen = run(kKeepGoing, TypeParam{}, tasks(1000),
                        [](int task) -> int { throw std::out_of_range(std::to_string(task)); });
  EXPECT_EQ(seen.tally(), (Tally{{failed, 1000}}));
  for (std::size_t task = 0; task < 1000; ++task) {
    ASSERT_EQ(seen.report.outcomes[task].failure()->what, std::to_string(task));
  }
}

TYPED_TEST(ReactorOn, StopOnErrorThrowsTheErrorWithTheReportInside) {
  const auto seen = run({}, TypeParam{}, tasks(100), fails_on_three);
  ASSERT_TRUE(seen.error);
  EXPECT_EQ(seen.error->task(), 3U);
  EXPECT_EQ(seen.error->failure()->what, "boom");
  EXPECT_FALSE(seen.error->no_live_workers());
  EXPECT_EQ(seen.error->tally(), seen.tally());
  EXPECT_EQ(seen.tally()[failed], 1U);
  EXPECT_EQ(seen.report.outcomes.size(), 100U);
}

TYPED_TEST(ReactorOn, StopOnErrorBeginsNoTaskThatNobodyHadTaken) {
  // The worker that goes on after the error finishes the task that it has taken only when all
  // others are accounted for: it could begin no other one meanwhile.
  const auto done = posix::make_shared_memory<std::atomic<std::size_t>>();
  const auto seen = run({.progress = [&](const auto& progress) { *done = progress.done; }},
                        TypeParam{}, tasks(100), [&](int task) {
                          if (task == 3) throw std::runtime_error("boom");
                          while (task > 3 && *done < 98) std::this_thread::yield();
                        });
  ASSERT_TRUE(seen.error);
  EXPECT_EQ(seen.tally()[failed], 1U);
  EXPECT_GE(seen.tally()[not_started], 94U);  // each of the two workers may have taken one
}

TYPED_TEST(ReactorOn, NeverMissesAnErrorOfTheLastTask) {
  for (int round = 0; round < 300; ++round) {
    const bool stop_on_error = round % 2 == 0;
    const auto seen = run({.stop_on_error = stop_on_error}, TypeParam{}, tasks(5), [](int task) {
      if (task == 4) throw std::runtime_error("boom");
    });
    ASSERT_EQ(seen.error.has_value(), stop_on_error);
    if (stop_on_error) {
      ASSERT_EQ(seen.error->failure()->what, "boom");
    }
    ASSERT_EQ(seen.tally()[failed], 1U);
    ASSERT_EQ(seen.tally()[ok] + seen.tally()[not_started], 4U);
    if (!stop_on_error) {
      ASSERT_EQ(seen.tally()[ok], 4U);
    }
  }
}

TYPED_TEST(ReactorOn, NeverMissesAnErrorOfTheOnlyTask) {
  for (const bool stop_on_error : {false, true}) {
    const auto seen = run({.stop_on_error = stop_on_error}, TypeParam{}, {3}, fails_on_three);
    EXPECT_EQ(seen.error.has_value(), stop_on_error);
    EXPECT_EQ(seen.tally(), (Tally{{failed, 1}}));
  }
}

TYPED_TEST(ReactorOn, SurvivesAsManyThrowingTasksAsThereAreWorkers) {
  const auto even_ones_fail = [](int task) {
    if (task % 2 == 0) throw std::runtime_error("boom");
    return task;
  };
  EXPECT_EQ(run(kKeepGoing, TypeParam{}, tasks(8), even_ones_fail).tally(),
            (Tally{{ok, 4}, {failed, 4}}));
  EXPECT_TRUE(run({}, TypeParam{}, tasks(8), even_ones_fail).error);
}

struct Mute {};
struct Bare : std::exception {};

TYPED_TEST(ReactorOn, NamesTheTypeOfAnExceptionThatSaysNothing) {
  const auto silent = [](int task) -> int {
    if (task == 0) throw std::runtime_error("");
    if (task == 1) throw 42;
    if (task == 2) throw Mute{};
    if (task == 3) throw Bare{};
    return task;
  };
  const auto seen = run(kKeepGoing, TypeParam{}, tasks(5), silent);
  EXPECT_EQ(seen.tally(), (Tally{{ok, 1}, {failed, 4}}));
  EXPECT_EQ(seen.report.outcomes[0].failure()->type, "std::runtime_error");
  EXPECT_EQ(seen.report.outcomes[1].failure()->type, "int");
  EXPECT_EQ(seen.report.outcomes[1].failure()->what, "42");
  EXPECT_THAT(seen.report.outcomes[2].failure()->type, HasSubstr("Mute"));
  EXPECT_THAT(seen.report.outcomes[3].failure()->type, HasSubstr("Bare"));
  for (const int task : {0, 1, 2, 3}) EXPECT_TRUE(run({}, TypeParam{}, {task}, silent).error);
}

TEST(ReactorOnThreads, NestsTheOriginalException) {
  try {
    Reactor({}).run(tasks(5), fails_on_three);
    FAIL() << "nothing was thrown";
  } catch (const reactor::Error& error) {
    EXPECT_THROW(std::rethrow_if_nested(error), std::runtime_error);
  }
}

// ---- workers die ----------------------------------------------------------------------------

TYPED_TEST(ReactorOn, CompletesWhenAWorkerDiesBetweenTwoTasks) {
  const std::vector<scenarios::Fault> fault{{.at = Window::before_pop, .worker = 0, .pop = 1}};
  const auto kept = run_with<TypeParam>(fault, kKeepGoing);
  EXPECT_EQ(kept.tally(), (Tally{{ok, 5}}));
  ASSERT_EQ(kept.report.exits.size(), 1U);  // the death is reported
  EXPECT_EQ(kept.report.exits[0].failure->what, "boom");
  EXPECT_TRUE(run_with<TypeParam>(fault, {}).error);
}

TYPED_TEST(ReactorOn, SaysSoWhenNoWorkerWouldLive) {
  const std::vector<scenarios::Fault> fault{{.at = Window::before_pop, .pop = 1}};
  for (const bool stop_on_error : {false, true}) {
    const auto seen = run_with<TypeParam>(fault, {.stop_on_error = stop_on_error});
    ASSERT_TRUE(seen.error);
    EXPECT_EQ(seen.error->no_live_workers(), !stop_on_error);
    EXPECT_EQ(seen.tally(), (Tally{{not_started, 5}}));
    EXPECT_EQ(seen.error->failure()->what, "boom");
  }
}

TYPED_TEST(ReactorOn, DoesNotGiveUpWhileWorkersThatDieGetSomethingDone) {
  // Every worker dies after each of its tasks: 100 deaths, but never three without a reply between.
  const auto injector = std::make_shared<scenarios::Injector>(
      std::vector<scenarios::Fault>{{.at = Window::before_pop, .pop = 2}});
  const auto seen = run(kKeepGoing, scenarios::Faulty<TypeParam>(injector), tasks(100), times_ten);
  EXPECT_FALSE(seen.error);
  EXPECT_EQ(seen.tally(), (Tally{{ok, 100}}));
  EXPECT_GE(seen.report.exits.size(), 99U);
}

}  // namespace
}  // namespace workbench
