// What a reactor promises, in both modes, on threads and on processes.
#include "reactor/reactor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/runs.h"
#include "tests/support/runtimes.h"

namespace workbench {
namespace {

using namespace std::chrono_literals;
using enum OutcomeKind;
using reactor::Reactor;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::kPatience;
using testing::run;
using testing::run_with;
using testing::tasks;
using testing::times_ten;

template <class Runtime>
class ReactorOn : public ::testing::Test {};
TYPED_TEST_SUITE(ReactorOn, testing::Runtimes, testing::RuntimeName);

const reactor::Options kKeepGoing{.stop_on_error = false};

int fails_on_three(int task) {
  if (task == 3) throw std::runtime_error("boom");
  return times_ten(task);
}

// ---- a sunny day ----------------------------------------------------------------------------

TYPED_TEST(ReactorOn, ReturnsOneOutcomeForEachTaskInTaskOrder) {
  const Reactor reactor({.parallelism = 3}, TypeParam{});
  const auto report = reactor.run(tasks(5), times_ten);
  EXPECT_THAT(report.results(), ElementsAre(0, 10, 20, 30, 40));
  EXPECT_EQ(report.correlated().at(4), (std::pair<int, std::optional<int>>(4, 40)));
  EXPECT_EQ(report.tally(), (Tally{{ok, 5}}));
  EXPECT_TRUE(report.exits.empty());
}

TYPED_TEST(ReactorOn, ReturnsAnEmptyReportForNoTasksAndStartsNoWorker) {
  auto injector = std::make_shared<scenarios::Injector>(
      std::vector<scenarios::Fault>{{.at = scenarios::Window::before_exit}});
  const auto seen = run({}, scenarios::Faulty<TypeParam>(injector), {}, times_ten);
  EXPECT_FALSE(seen.error);  // any worker would have died on its way out
  EXPECT_EQ(seen.tally().submitted(), 0U);
}

TYPED_TEST(ReactorOn, StartsNoMoreWorkersThanThereAreTasks) {
  // Any third worker would die before it has done anything, and be reported.
  std::vector<scenarios::Fault> deaths;
  for (WorkerId worker = 2; worker < 16; ++worker) {
    deaths.push_back({.at = scenarios::Window::before_pop, .worker = worker});
  }
  const auto injector = std::make_shared<scenarios::Injector>(std::move(deaths));
  const auto seen = run({.stop_on_error = false, .parallelism = 16},
                        scenarios::Faulty<TypeParam>(injector), tasks(2), times_ten);
  EXPECT_TRUE(seen.report.exits.empty());
  EXPECT_EQ(seen.tally(), (Tally{{ok, 2}}));
}

TYPED_TEST(ReactorOn, RunsAgainAndAgain) {
  const Reactor reactor({.stop_on_error = true}, TypeParam{});
  for (int round = 0; round < 3; ++round) {
    EXPECT_THROW(reactor.run(tasks(5), fails_on_three), reactor::Error);
    EXPECT_TRUE(reactor.run(tasks(5), times_ten).all_ok());
  }
}

TYPED_TEST(ReactorOn, TellsAnEmptyResultFromAFailure) {
  const auto seen = run(kKeepGoing, TypeParam{}, tasks(4), [](int task) -> std::optional<int> {
    if (task == 1) return std::nullopt;
    if (task == 2) throw std::runtime_error("boom");
    return task;
  });
  EXPECT_EQ(seen.tally(), (Tally{{ok, 3}, {failed, 1}}));
  EXPECT_EQ(seen.report.outcomes[1].value(), std::nullopt);
}

TYPED_TEST(ReactorOn, TakesAnyTaskForATaskAndNoneForAPill) {
  std::vector<std::optional<int>> tasks{1, std::nullopt, 3, std::nullopt};
  const Reactor reactor({}, TypeParam{});
  EXPECT_TRUE(
      reactor.run(tasks, [](std::optional<int> task) { return task.value_or(-1); }).all_ok());
}

TYPED_TEST(ReactorOn, RunsActionsWithoutAResult) {
  EXPECT_TRUE(Reactor({}, TypeParam{}).run(tasks(5), [](int) {}).all_ok());
}

TYPED_TEST(ReactorOn, CompletesAHundredThousandTasksInBothModes) {
  for (const bool stop_on_error : {false, true}) {
    const Reactor reactor({.stop_on_error = stop_on_error}, TypeParam{});
    const auto report = reactor.run(tasks(100'000), times_ten);
    EXPECT_TRUE(report.all_ok());
    EXPECT_EQ(report.outcomes.back().value(), 999'990);
  }
}

// A text of this size, in which no part is like another.
std::string long_text(std::size_t size, int salt) {
  std::string text(size, static_cast<char>('a' + salt));
  for (std::size_t i = 0; i < size; i += 4096) text[i] = static_cast<char>('a' + i % 23);
  return text;
}

TYPED_TEST(ReactorOn, DeliversATenMegabyteResultIntactInBothModes) {
  for (const bool stop_on_error : {false, true}) {
    const Reactor reactor({.stop_on_error = stop_on_error}, TypeParam{});
    const auto report = reactor.run(tasks(2), [](int task) { return long_text(10'000'000, task); });
    EXPECT_TRUE(report.outcomes[0].value() == long_text(10'000'000, 0));
    EXPECT_TRUE(report.outcomes[1].value() == long_text(10'000'000, 1));
  }
}

TYPED_TEST(ReactorOn, DeliversManyResultsOfTwoHundredKilobytesIntactInBothModes) {
  for (const bool stop_on_error : {false, true}) {
    const Reactor reactor({.stop_on_error = stop_on_error, .parallelism = 3}, TypeParam{});
    const auto report = reactor.run(tasks(50), [](int task) { return long_text(200'000, task); });
    for (int task = 0; task < 50; ++task) {
      const auto& outcome = report.outcomes[static_cast<std::size_t>(task)];
      EXPECT_TRUE(outcome.value() == long_text(200'000, task)) << "task " << task;
    }
  }
}

TYPED_TEST(ReactorOn, CompletesWithAResultQueueThatHoldsOneResult) {
  for (const bool stop_on_error : {false, true}) {
    const reactor::Options options{.stop_on_error = stop_on_error, .queue_capacity = 1};
    EXPECT_EQ(run(options, TypeParam{}, tasks(100), times_ten).tally(), (Tally{{ok, 100}}));
  }
}

TYPED_TEST(ReactorOn, TellsOfItsProgress) {
  std::vector<std::size_t> done;
  std::size_t failed = 0;
  run({.stop_on_error = false,
       .progress =
           [&](const reactor::Progress& progress) {
             done.push_back(progress.done);
             failed = progress.failed;
             EXPECT_EQ(progress.total, 5U);
           }},
      TypeParam{}, tasks(5), fails_on_three);
  EXPECT_THAT(done, ElementsAre(1, 2, 3, 4, 5));
  EXPECT_EQ(failed, 1U);
}

TYPED_TEST(ReactorOn, StopsInGoodOrderWhenTheProgressCallbackThrows) {
  const Reactor reactor({.progress = [](const auto&) { throw std::logic_error("enough"); }},
                        TypeParam{});
  EXPECT_THROW(reactor.run(tasks(1000), times_ten), std::logic_error);
}

// ---- options --------------------------------------------------------------------------------

TYPED_TEST(ReactorOn, RefusesOptionsThatMakeNoSenseAndNamesThem) {
  const auto message_of = [](reactor::Options options) -> std::string {
    try {
      const Reactor reactor(std::move(options), TypeParam{});
    } catch (const std::invalid_argument& error) {
      return error.what();
    }
    return "accepted";
  };
  EXPECT_THAT(message_of({.parallelism = 0}), HasSubstr("parallelism"));
  EXPECT_THAT(message_of({.parallelism = -1}), HasSubstr("parallelism"));
  EXPECT_THAT(message_of({.result_timeout = 0s}), HasSubstr("result_timeout"));
  EXPECT_THAT(message_of({.result_timeout = -1s}), HasSubstr("result_timeout"));
  EXPECT_EQ(message_of({.parallelism = 1, .result_timeout = 1ns}), "accepted");
}

TYPED_TEST(ReactorOn, AcceptsATimeoutWithoutLimit) {
  EXPECT_TRUE(Reactor({.result_timeout = kForever}, TypeParam{}).run(tasks(5), times_ten).all_ok());
}

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
  EXPECT_EQ(seen.tally().submitted(), 100U);
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
  for (int round = 0; round < 100; ++round) {
    const bool stop_on_error = round % 2 == 0;
    const auto seen = run({.stop_on_error = stop_on_error}, TypeParam{}, tasks(5), [](int task) {
      if (task == 4) throw std::runtime_error("boom");
    });
    ASSERT_EQ(seen.error.has_value(), stop_on_error);
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

TYPED_TEST(ReactorOn, NamesTheTypeOfAnExceptionThatSaysNothing) {
  const auto silent = [](int task) -> int {
    if (task == 0) throw std::runtime_error("");
    if (task == 1) throw 42;
    if (task == 2) throw Mute{};
    return task;
  };
  const auto seen = run(kKeepGoing, TypeParam{}, tasks(5), silent);
  EXPECT_EQ(seen.tally(), (Tally{{ok, 2}, {failed, 3}}));
  EXPECT_EQ(seen.report.outcomes[0].failure()->type, "std::runtime_error");
  EXPECT_EQ(seen.report.outcomes[1].failure()->type, "int");
  EXPECT_EQ(seen.report.outcomes[1].failure()->what, "42");
  EXPECT_THAT(seen.report.outcomes[2].failure()->type, HasSubstr("Mute"));
  for (const int task : {0, 1, 2}) EXPECT_TRUE(run({}, TypeParam{}, {task}, silent).error);
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

using scenarios::FaultKind;
using scenarios::Window;

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

// ---- actions that take too long -------------------------------------------------------------

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
    EXPECT_EQ(seen.tally().submitted(), 5U);
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
  EXPECT_EQ(seen.tally().submitted(), 5U);
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
