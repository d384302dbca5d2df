/// @file
/// The pools on the simulated runtime, as programs whose schedules are searched.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <numeric>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/simulated/explorer.h"
#include "core/simulated/sync.h"
#include "naive/pool.h"
#include "reactor/reactor.h"
#include "scenarios/inject/faulty.h"
#include "tests/support/sanitizers.h"
#include "tests/support/telling_program.h"

namespace workbench::testing {

/// The tasks 0 to count - 1.
inline std::vector<TaskId> task_ids(std::size_t count) {
  std::vector<TaskId> ids(count);
  std::iota(ids.begin(), ids.end(), TaskId{0});
  return ids;
}

/// Which tasks throw, if any.
using Throwing = std::set<TaskId>;

inline auto action(const Throwing& throwing) {
  return [throwing](TaskId task) {
    if (throwing.contains(task)) throw std::runtime_error("boom");
    return task;
  };
}

inline auto naive_pool(int workers, std::size_t count, const Throwing& throwing = {}) {
  return [=] {
    const naive::Pool<Simulated> pool({.parallelism = workers});
    return std::to_string(pool.run(task_ids(count), action(throwing)).size()) + " ok";
  };
}

/// How the run ends; every task has its outcome.
template <class Reactor, class Action>
std::string end_of_run(const Reactor& reactor, std::size_t count, const Action& action) {
  using Report = reactor::Report<TaskId, ResultOf<Action, TaskId>>;
  const auto summary = [&](const Report& report) {
    EXPECT_EQ(report.outcomes.size(), count);
    return report.tally().summary();
  };
  try {
    return summary(reactor.run(task_ids(count), action));
  } catch (const reactor::Error& error) {
    return "error: " + summary(error.report<TaskId, ResultOf<Action, TaskId>>());
  }
}

inline auto a_reactor(bool stop_on_error, int workers, std::size_t count,
                      const Throwing& throwing = {}) {
  return [=] {
    const reactor::Reactor<Simulated> reactor(
        {.stop_on_error = stop_on_error, .parallelism = workers});
    return end_of_run(reactor, count, action(throwing));
  };
}

/// A throw in any window of any worker, as long as the scheduler has any left.
inline scenarios::Faulty<Simulated> struck_anywhere() {
  const auto injector = std::make_shared<scenarios::Injector>(std::vector<scenarios::Fault>{});
  injector->choose_with([] { return simulated::Scheduler::current().strikes(); });
  return scenarios::Faulty<Simulated>(injector);
}

inline auto naive_pool_struck(int workers, std::size_t count) {
  return [=, runtime = struck_anywhere()] {
    const auto& injector = runtime.injector();
    injector->reset();
    const naive::Pool pool({.parallelism = workers}, runtime);
    return std::to_string(pool.run(task_ids(count), faulty(injector, action({}))).size()) + " ok";
  };
}

inline auto a_reactor_struck(bool stop_on_error, int workers, std::size_t count) {
  return [=, runtime = struck_anywhere()] {
    const auto& injector = runtime.injector();
    injector->reset();
    const reactor::Reactor reactor({.stop_on_error = stop_on_error, .parallelism = workers},
                                   runtime);
    return end_of_run(reactor, count, faulty(injector, action({})));
  };
}

/// All schedules of the program.
inline simulated::Exploration explored(const simulated::Program& program,
                                       simulated::Search search = simulated::Search::dpor,
                                       simulated::Scheduler::Options scheduler = {}) {
  const auto found = explore(program, {.search = search, .scheduler = scheduler});
  EXPECT_TRUE(found.complete);
  return found;
}

/// Each of the ends that were found is like this. There is at least one.
template <class Matcher>
void expect_each_end(const simulated::Exploration& found, const Matcher& matcher) {
  EXPECT_FALSE(found.outcomes.empty());
  for (const auto& [end, how] : found.outcomes) EXPECT_THAT(end, matcher) << how.schedule;
}

}  // namespace workbench::testing
