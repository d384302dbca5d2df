// Every schedule of the real code, at small sizes.
#include "core/simulated/explorer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <numeric>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/failure.h"
#include "core/simulated/sync.h"
#include "core/this_worker.h"
#include "naive/pool.h"
#include "reactor/reactor.h"
#include "scenarios/inject/faulty.h"
#include "tests/support/telling_program.h"

namespace workbench::simulated {
namespace {

using scenarios::Faulty;
using scenarios::faulty;
using ::testing::AnyOf;
using testing::asked_for_all;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Key;
using ::testing::Not;
using testing::outcomes_of;
using ::testing::StartsWith;
using testing::TellingProgram;
using ::testing::UnorderedElementsAre;

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

std::vector<TaskId> tasks(std::size_t count) {
  std::vector<TaskId> tasks(count);
  std::iota(tasks.begin(), tasks.end(), TaskId{0});
  return tasks;
}

// Which tasks throw, if any.
using Throwing = std::set<TaskId>;

auto action(const Throwing& throwing) {
  return [throwing](TaskId task) {
    if (throwing.contains(task)) throw std::runtime_error("boom");
    return task;
  };
}

auto naive_pool(int workers, std::size_t count, const Throwing& throwing = {}) {
  return [=] {
    const naive::Pool<Simulated> pool({.parallelism = workers});
    return std::to_string(pool.run(tasks(count), action(throwing)).size()) + " ok";
  };
}

// How it ends; with every task accounted for.
template <class Reactor, class Action>
std::string run(const Reactor& reactor, std::size_t count, const Action& action) {
  const auto summary = [&](const Tally& tally) {
    EXPECT_EQ(tally.submitted(), count);
    return tally.summary();
  };
  try {
    return summary(reactor.run(tasks(count), action).tally());
  } catch (const reactor::Error& error) {
    return "error: " + summary(error.tally());
  }
}

auto a_reactor(bool stop_on_error, int workers, std::size_t count, const Throwing& throwing = {}) {
  return [=] {
    const reactor::Reactor<Simulated> reactor(
        {.stop_on_error = stop_on_error, .parallelism = workers});
    return run(reactor, count, action(throwing));
  };
}

// A throw in any window of any worker, as long as the scheduler has any left.
Faulty<Simulated> faulty_runtime() {
  const auto injector = std::make_shared<scenarios::Injector>(std::vector<scenarios::Fault>{});
  injector->choose_with([] { return Scheduler::current().strikes(); });
  return Faulty<Simulated>(injector);
}

auto naive_pool_struck(int workers, std::size_t count) {
  return [=, runtime = faulty_runtime()] {
    runtime.injector()->reset();
    const naive::Pool pool({.parallelism = workers}, runtime);
    return std::to_string(pool.run(tasks(count), faulty(runtime.injector(), action({}))).size()) +
           " ok";
  };
}

auto a_reactor_struck(bool stop_on_error, int workers, std::size_t count) {
  return [=, runtime = faulty_runtime()] {
    runtime.injector()->reset();
    const reactor::Reactor reactor({.stop_on_error = stop_on_error, .parallelism = workers},
                                   runtime);
    return run(reactor, count, faulty(runtime.injector(), action({})));
  };
}

Exploration explored(const Program& program, Search search = Search::dpor,
                     Scheduler::Options scheduler = {}) {
  const Exploration found = explore(program, {.search = search, .scheduler = scheduler});
  EXPECT_TRUE(found.complete);
  return found;
}

TEST(EverySchedule, OfTheNaivePoolEndsWithoutAFault) {
  EXPECT_THAT(explored(TellingProgram(naive_pool(2, 2))).outcomes, ElementsAre(Key("2 ok")));
  EXPECT_THAT(explored(TellingProgram(naive_pool(3, 3))).outcomes, ElementsAre(Key("3 ok")));
}

TEST(EverySchedule, OfTheNaivePoolHangsWhenATaskThrows) {
  for (const TaskId victim : {0U, 1U}) {
    EXPECT_THAT(explored(TellingProgram(naive_pool(2, 2, {victim}))).outcomes,
                ElementsAre(Key("hang")));
  }
  EXPECT_THAT(explored(TellingProgram(naive_pool(2, 3, {2}))).outcomes, ElementsAre(Key("hang")));
}

TEST(EverySchedule, OfAReactorThatKeepsGoingReportsTheTask) {
  for (const TaskId victim : {0U, 1U}) {
    EXPECT_THAT(explored(TellingProgram(a_reactor(false, 2, 2, {victim}))).outcomes,
                ElementsAre(Key("1 ok, 1 failed")));
  }
  EXPECT_THAT(explored(TellingProgram(a_reactor(false, 2, 2))).outcomes, ElementsAre(Key("2 ok")));
  EXPECT_THAT(explored(TellingProgram(a_reactor(false, 1, 2, {0, 1}))).outcomes,
              ElementsAre(Key("0 ok, 2 failed")));
}

TEST(EverySchedule, OfAReactorThatStopsRaisesTheError) {
  for (const TaskId victim : {0U, 1U}) {
    const auto found = explored(TellingProgram(a_reactor(true, 2, 2, {victim})));
    for (const auto& [outcome, each] : found.outcomes) {
      EXPECT_THAT(outcome, StartsWith("error: ")) << each.schedule;
    }
  }
  // The last task, the only task.
  EXPECT_THAT(explored(TellingProgram(a_reactor(true, 1, 1, {0}))).outcomes,
              ElementsAre(Key("error: 0 ok, 1 failed")));
}

TEST(EverySchedule, OfThreeWorkersAndThreeTasksEndsToo) {
  if (kSanitized) GTEST_SKIP() << "takes minutes with AddressSanitizer";
  const auto found = explored(TellingProgram(a_reactor(false, 3, 3)));
  EXPECT_THAT(found.outcomes, ElementsAre(Key("3 ok")));
  EXPECT_EQ(found.schedules, 156'288U);
  if (!asked_for_all()) return;  // half a minute more
  EXPECT_THAT(explored(TellingProgram(a_reactor(false, 3, 3, {2}))).outcomes,
              ElementsAre(Key("2 ok, 1 failed")));
  for (const auto& [outcome, each] :
       explored(TellingProgram(a_reactor(true, 3, 3, {2}))).outcomes) {
    EXPECT_THAT(outcome, StartsWith("error: ")) << each.schedule;
  }
}

TEST(EverySchedule, EndsWhateverTheClockDoes) {
  // A timer may fire too early, once: a task may be called late that is not, but none is lost.
  for (const auto& [search, schedules] :
       {std::pair{Search::sleep_sets, 208U}, {Search::dpor, 91U}}) {
    const auto keeps =
        explored(TellingProgram(a_reactor(false, 1, 1)), search, {.early_timeouts = 1});
    EXPECT_THAT(keeps.outcomes, UnorderedElementsAre(Key("1 ok"), Key("0 ok, 1 timed out")));
    EXPECT_EQ(keeps.schedules, schedules);
  }
  const auto stops =
      explored(TellingProgram(a_reactor(true, 1, 1, {0})), Search::dpor, {.early_timeouts = 1});
  for (const auto& [outcome, found] : stops.outcomes) EXPECT_THAT(outcome, StartsWith("error: "));
}

TEST(EverySchedule, OfTwoWorkersEndsWhateverTheClockDoes) {
  if (kSanitized) GTEST_SKIP() << "takes minutes with AddressSanitizer";
  const Scheduler::Options early{.early_timeouts = 1};
  const auto stops = explored(TellingProgram(a_reactor(true, 2, 2, {1})), Search::dpor, early);
  EXPECT_EQ(stops.schedules, 55'243U);
  for (const auto& [outcome, each] : stops.outcomes) {
    EXPECT_THAT(outcome, StartsWith("error: ")) << each.schedule;
  }
  if (!asked_for_all()) return;  // 1,346,258 more
  EXPECT_THAT(
      explored(TellingProgram(a_reactor(false, 2, 2)), Search::dpor, early).outcomes,
      UnorderedElementsAre(Key("2 ok"), Key("1 ok, 1 timed out"), Key("0 ok, 2 timed out")));
}

TEST(EverySchedule, EndsWithSpuriousWakeupsToo) {
  const Scheduler::Options spurious{.spurious_wakeups = 1};
  EXPECT_THAT(
      explored(TellingProgram(a_reactor(false, 1, 2, {1})), Search::dpor, spurious).outcomes,
      ElementsAre(Key("1 ok, 1 failed")));
  EXPECT_THAT(explored(TellingProgram(naive_pool(2, 2)), Search::dpor, spurious).outcomes,
              ElementsAre(Key("2 ok")));
}

// Whichever worker throws, in whichever window, before whichever step of the others.
TEST(EverySchedule, EndsWhereverAFaultStrikes) {
  const Scheduler::Options one_fault{.faults = 1};
  EXPECT_THAT(
      explored(TellingProgram(a_reactor_struck(false, 1, 3)), Search::dpor, one_fault).outcomes,
      UnorderedElementsAre(Key("3 ok"), Key("2 ok, 1 failed"), Key("2 ok, 1 lost")));
  const auto stops =
      explored(TellingProgram(a_reactor_struck(true, 1, 3)), Search::dpor, one_fault);
  for (const auto& [outcome, found] : stops.outcomes) {
    EXPECT_THAT(outcome, AnyOf("3 ok", StartsWith("error: "))) << found.schedule;
  }
  const auto clock = explore(
      TellingProgram(a_reactor_struck(false, 1, 2)),
      {.scheduler = {.early_timeouts = 1, .faults = 1}, .max_schedules = kSanitized ? 2'000U : 0U});
  EXPECT_NE(clock.complete, kSanitized);  // 35,378 of them
  for (const auto& [outcome, found] : clock.outcomes) {
    EXPECT_THAT(outcome, Not(HasSubstr("hang"))) << found.schedule;
  }
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

TEST(ConditionVariables, AreRefusedWhereAMutexIsMissing) {
  const auto notify = [] { ConditionVariable().notify_one(); };
  EXPECT_THROW(explored(TellingProgram([=]() -> std::string { return notify(), ""; })),
               std::logic_error);
  const auto wait_with_two = [] {
    Mutex one;
    Mutex other;
    const std::lock_guard outer(one);
    std::unique_lock inner(other);
    ConditionVariable().wait(inner);
    return std::string();
  };
  EXPECT_THROW(explored(TellingProgram(wait_with_two)), std::logic_error);
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
      return run(reactor, count, faulty(injector, action({})));
    });
    const auto found = explore(program, {.scheduler = {.early_timeouts = early},
                                         .max_schedules = kSanitized ? 2'000U : 0U});
    EXPECT_TRUE(found.complete || kSanitized);
    for (const auto& [outcome, each] : found.outcomes) {
      EXPECT_THAT(outcome, Not(HasSubstr("hang"))) << each.schedule;
      if (stop_on_error) {
        EXPECT_THAT(outcome, StartsWith("error: ")) << each.schedule;
      }
    }
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

TEST(EverySchedule, OfABoundedResultQueueHangsTheNaivePoolAlone) {
  const TellingProgram naive([] {
    const naive::Pool<Simulated> pool({.parallelism = 1, .queue_capacity = 1});
    return std::to_string(pool.run(tasks(2), action({})).size());
  });
  EXPECT_THAT(explored(naive).outcomes, ElementsAre(Key("hang")));
  const TellingProgram safe([] {
    const reactor::Reactor<Simulated> reactor({.parallelism = 1, .queue_capacity = 1});
    return reactor.run(tasks(2), action({})).tally().summary();
  });
  EXPECT_THAT(explored(safe).outcomes, ElementsAre(Key("2 ok")));
}

// The three searches see the same outcomes; how many schedules each needs is pinned: a change means
// that the protocol or the explorer has changed.
struct Counted {
  std::string name;
  std::function<std::string()> tell;
  std::size_t depth_first;
  std::size_t sleep_sets;
  std::size_t dpor;
  Scheduler::Options scheduler{};
};

class SmallCase : public ::testing::TestWithParam<Counted> {};

TEST_P(SmallCase, HasTheSameOutcomesHoweverItIsSearched) {
  const TellingProgram program(GetParam().tell);
  const auto& scheduler = GetParam().scheduler;
  const auto all = explored(program, Search::depth_first, scheduler);
  const auto awake = explored(program, Search::sleep_sets, scheduler);
  const auto reduced = explored(program, Search::dpor, scheduler);
  EXPECT_EQ(outcomes_of(awake), outcomes_of(all));
  EXPECT_EQ(outcomes_of(reduced), outcomes_of(all));
  EXPECT_EQ(all.schedules, GetParam().depth_first);
  EXPECT_EQ(awake.schedules, GetParam().sleep_sets);
  EXPECT_EQ(reduced.schedules, GetParam().dpor);
}

// A late producer: the queue is empty when its consumers come.
std::string produce_late() {
  Simulated runtime;
  Simulated::Queue<int> queue(runtime, "queue");
  auto crew = runtime.launch(2, [=]() mutable { queue.pop(); });
  queue.push(1);
  queue.push(2);
  crew.join();
  return "all popped";
}

// Consumers whose time may be over before it is.
std::string pop_in_time() {
  Simulated runtime;
  Simulated::Queue<int> queue(runtime, "queue");
  const auto popped = std::make_shared<std::size_t>(0);
  auto crew = runtime.launch(
      2, [=]() mutable { *popped += queue.pop_some(1, std::chrono::seconds(1)).size(); });
  queue.push(1);
  crew.join();
  return std::to_string(*popped) + " popped";
}

// One looks at a flag and sets it, another one only looks, a third one only sets it: a race between
// two of them may leave unseen what a third one makes of it.
std::string look_at_a_flag() {
  const auto flag = std::make_shared<Atomic<int>>(0);
  const auto seen = std::make_shared<std::vector<int>>(2);
  std::vector<Thread> threads;
  threads.emplace_back([=] { flag->store(1, std::memory_order_relaxed); });
  threads.emplace_back([=] {
    seen->front() = flag->load(std::memory_order_relaxed);
    flag->store(2, std::memory_order_relaxed);
  });
  threads.emplace_back([=] { seen->back() = flag->load(std::memory_order_relaxed); });
  for (Thread& thread : threads) thread.join();
  return std::to_string(seen->front()) + std::to_string(seen->back());
}

INSTANTIATE_TEST_SUITE_P(
    , SmallCase,
    ::testing::Values(
        Counted{"NaiveOneTask", naive_pool(2, 1), 504, 4, 4},
        Counted{"NaiveOneTaskThrows", naive_pool(2, 1, {0}), 126, 2, 2},
        Counted{"LateProducer", produce_late, 4453, 17, 16},
        Counted{
            "LateProducerWokenForNothing", produce_late, 12317, 75, 70, {.spurious_wakeups = 1}},
        Counted{"ThoseWhoLook", look_at_a_flag, 720, 9, 9},
        Counted{"TimersInTime", pop_in_time, 158, 6, 6},
        Counted{"TimersTooEarly", pop_in_time, 3679, 27, 26, {.early_timeouts = 2}},
        Counted{"ReactorStops", a_reactor(true, 1, 1, {0}), 1764, 6, 2},
        Counted{"NaiveIsStruck", naive_pool_struck(2, 1), 2752, 128, 128, {.faults = 1}},
        Counted{"ReactorIsStruck", a_reactor_struck(false, 1, 1), 3445, 62, 17, {.faults = 1}}),
    [](const ::testing::TestParamInfo<Counted>& test) { return test.param.name; });

TEST(DporCounts, ArePinned) {
  EXPECT_EQ(explored(TellingProgram(naive_pool(2, 2))).schedules, 12U);
  EXPECT_EQ(explored(TellingProgram(naive_pool(3, 3))).schedules, 522U);
  EXPECT_EQ(explored(TellingProgram(a_reactor(false, 2, 2))).schedules, 240U);
}

TEST(Schedules, AreReplayedExactly) {
  const TellingProgram program(naive_pool(2, 2, {1}));
  const auto found = explored(program);
  const std::string schedule = found.outcomes.at("hang").schedule;
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(replay(program, {}, schedule), "hang");
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

TEST(Schedules, AreRefusedIfTheyAreNone) {
  const TellingProgram program(naive_pool(1, 1));
  EXPECT_THROW(replay(program, {}, "0!"), std::invalid_argument);
  EXPECT_THROW(replay(TellingProgram(naive_pool(2, 2)), {}, "z"), std::invalid_argument);
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
  // None of the interruptions that are left can be left out.
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

TEST(Exceptions, OfOneFiberAreNotSeenInAnother) {
  // Two workers handle exceptions of their own across steps.
  const auto found = explored(TellingProgram([] {
    Simulated runtime;
    Simulated::Queue<std::string> said(runtime, "said");
    auto crew = runtime.launch(2, [=]() mutable {
      const std::string mine = std::to_string(*this_worker_id());
      try {
        throw std::runtime_error(mine);
      } catch (...) {
        said.push(mine);  // a step: the other one may be in its handler now
        if (current_failure().what != mine) said.push("mixed up");
      }
    });
    crew.join();
    return said.size() == 2 ? "kept apart" : "mixed up";
  }));
  EXPECT_THAT(found.outcomes, ElementsAre(Key("kept apart")));
}

}  // namespace
}  // namespace workbench::simulated
