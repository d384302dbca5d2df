// A fault at any moment of any worker, in every schedule.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "scenarios/inject/faulty.h"
#include "tests/support/simulated_pools.h"

namespace workbench::simulated {
namespace {

using scenarios::Faulty;
using scenarios::faulty;
using testing::a_reactor_struck;
using testing::action;
using ::testing::AnyOf;
using testing::asked_for_all;
using testing::end_of_run;
using testing::expect_each_end;
using testing::explored;
using ::testing::HasSubstr;
using testing::kAddressSanitizer;
using ::testing::Key;
using testing::naive_pool_struck;
using ::testing::Not;
using ::testing::StartsWith;
using testing::TellingProgram;
using ::testing::UnorderedElementsAre;

// Whichever worker throws, in whichever window, before whichever step of the others.
TEST(EverySchedule, EndsWhereverAFaultStrikes) {
  const Scheduler::Options one_fault{.faults = 1};
  EXPECT_THAT(
      explored(TellingProgram(a_reactor_struck(false, 1, 3)), Search::dpor, one_fault).outcomes,
      UnorderedElementsAre(Key("3 ok"), Key("2 ok, 1 failed"), Key("2 ok, 1 lost")));
  const auto stops =
      explored(TellingProgram(a_reactor_struck(true, 1, 3)), Search::dpor, one_fault);
  expect_each_end(stops, AnyOf("3 ok", StartsWith("error: ")));
  const auto clock = explore(TellingProgram(a_reactor_struck(false, 1, 2)),
                             {.scheduler = {.early_timeouts = 1, .faults = 1},
                              .max_schedules = kAddressSanitizer ? 2'000U : 0U});
  EXPECT_NE(clock.complete, kAddressSanitizer);  // 35,378 of them
  expect_each_end(clock, Not(HasSubstr("hang")));
  // The last, after its pill, does no harm; all others do.
  EXPECT_THAT(explored(TellingProgram(naive_pool_struck(2, 1)), Search::dpor, one_fault).outcomes,
              UnorderedElementsAre(Key("1 ok"), Key("hang")));
}

// A fault that strikes once strikes whoever comes first, and that may be either of two workers that
// have nothing else to do with each other.
TEST(EverySchedule, HasAFaultThatStrikesOnceStrikeEither) {
  const auto injector = std::make_shared<scenarios::Injector>(
      std::vector<scenarios::Fault>{{.at = scenarios::Window::before_exit, .times = 1}});
  injector->count_with([] { Scheduler::current().count_strike(); });
  const TellingProgram program([=] {
    injector->reset();
    Faulty<Simulated> runtime(injector);
    std::string struck;
    auto crew = runtime.launch(
        2, [] {},
        [&](const Exit& exit) {
          if (exit.how == Exit::How::exception) struck += std::to_string(exit.worker);
        });
    crew.join();
    return struck;
  });
  EXPECT_THAT(explored(program).outcomes, UnorderedElementsAre(Key("0"), Key("1")));
}

// One throw in one window; each window in each mode.
struct Struck {
  scenarios::Window window;
  bool stop_on_error;
};

// How many tasks, and how often a timer may be early.
struct Size {
  std::size_t tasks;
  std::size_t early;
};

std::vector<Size> sizes() {
  std::vector<Size> sizes{{2, 0}, {3, 0}};
  if (asked_for_all()) sizes.insert(sizes.end(), {{2, 1}, {3, 1}});
  return sizes;
}

class EveryWindow : public ::testing::TestWithParam<Struck> {};

TEST_P(EveryWindow, IsExploredToTheEnd) {
  const auto [window, stop_on_error] = GetParam();
  scenarios::Fault fault{.at = window};
  if (window == scenarios::Window::before_pop || window == scenarios::Window::before_exit) {
    fault.worker = 0;
  } else {
    fault.task = 1;
  }
  const auto injector = std::make_shared<scenarios::Injector>(std::vector<scenarios::Fault>{fault});
  for (const auto& [count, early] : sizes()) {
    const TellingProgram program([=, count = count, stop = stop_on_error] {
      injector->reset();
      const reactor::Reactor reactor({.stop_on_error = stop, .parallelism = 2},
                                     Faulty<Simulated>(injector));
      return end_of_run(reactor, count, faulty(injector, action({})));
    });
    const auto found = explore(program, {.scheduler = {.early_timeouts = early},
                                         .max_schedules = kAddressSanitizer ? 2'000U : 0U});
    EXPECT_TRUE(found.complete || kAddressSanitizer);
    expect_each_end(found, Not(HasSubstr("hang")));
    if (stop_on_error) expect_each_end(found, StartsWith("error: "));
  }
}

std::vector<Struck> struck() {
  using scenarios::Window;
  std::vector<Struck> all;
  for (const Window window : {Window::before_pop, Window::after_pop, Window::in_action,
                              Window::before_push, Window::after_push, Window::before_exit}) {
    for (const bool stop_on_error : {false, true}) all.push_back({window, stop_on_error});
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(AThrowIn, EveryWindow, ::testing::ValuesIn(struck()),
                         [](const auto& test) {
                           std::string name(scenarios::name_of(test.param.window));
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name +
                                  (test.param.stop_on_error ? "_stop_on_error" : "_keep_going");
                         });

}  // namespace
}  // namespace workbench::simulated
