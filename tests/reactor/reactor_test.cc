// What a reactor promises on a sunny day, in both modes, on threads and on processes; and which
// options it takes.
#include "reactor/reactor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/runs.h"
#include "tests/support/runtimes.h"

namespace workbench {
namespace {

using namespace std::chrono_literals;
using enum OutcomeKind;
using reactor::Reactor;
using ::testing::ElementsAre;
using testing::fails_on_three;
using ::testing::HasSubstr;
using testing::kKeepGoing;
using testing::run;
using testing::tasks;
using testing::times_ten;

template <class Runtime>
class ReactorOn : public ::testing::Test {};
TYPED_TEST_SUITE(ReactorOn, testing::Runtimes, testing::RuntimeName);

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
  EXPECT_TRUE(seen.report.outcomes.empty());
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
    const auto report = reactor.run(tasks(50), [](int task) { return long_text(1'000'000, task); });
    for (int task = 0; task < 50; ++task) {
      const auto& outcome = report.outcomes[static_cast<std::size_t>(task)];
      EXPECT_TRUE(outcome.value() == long_text(1'000'000, task)) << "task " << task;
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

}  // namespace
}  // namespace workbench
