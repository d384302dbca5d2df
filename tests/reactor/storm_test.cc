// SIGKILL at random instants: after each run the ledger must be exact, whatever was hit.
//
// Each worker arms a timer of its own that kills it after a random time, in the middle of whatever
// it is doing then. Some hundreds of runs by default; WORKBENCH_STORM_RUNS=1000 asks for more.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <random>
#include <string>

#include "core/processes/runtime.h"
#include "tests/support/runs.h"

namespace workbench {
namespace {

using enum OutcomeKind;

// Kills this process after `delay`, by a timer of the kernel.
void arm_death(Duration delay) {
  sigevent event{};
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = SIGKILL;
  timer_t timer{};
  ASSERT_EQ(timer_create(CLOCK_MONOTONIC, &event, &timer), 0);
  const auto seconds = std::chrono::floor<std::chrono::seconds>(delay);
  const itimerspec when{.it_interval = {},
                        .it_value = {seconds.count(), (delay - seconds).count()}};
  timer_settime(timer, 0, &when, nullptr);
}

// A runtime whose workers arm their death when they begin.
struct Stormy {
  template <class T>
  using Queue = Processes::Queue<T>;
  using Crew = Processes::Crew;

  template <class Body>
  Crew launch(int n, Body body, OnExit on_exit = {}) {
    return inner.launch(
        n,
        [body, seed = seed, latest = latest]() mutable {
          std::mt19937 random(seed + static_cast<unsigned>(*this_worker_id()) * 7919);
          std::uniform_int_distribution<Duration::rep> instant(1, latest.count());
          arm_death(Duration(instant(random)));
          run_body(body, std::stop_token{});
        },
        std::move(on_exit));
  }
  TimePoint now() const { return inner.now(); }
  const std::shared_ptr<processes::QueueServer>& server() { return inner.server(); }

  unsigned seed = 0;
  Duration latest{};  // when a worker dies at the latest, counted from its beginning
  Processes inner{};
};

constexpr int kTasks = 60;

std::string result_of(int task) {
  // From a few bytes to several times what a ring holds.
  return std::string(static_cast<std::size_t>(task) % 7 == 0 ? 1'000'000 : 20,
                     static_cast<char>('a' + task % 26));
}

void expect_an_exact_ledger(const testing::Seen<std::string>& seen, unsigned seed) {
  const auto& outcomes = seen.report.outcomes;
  ASSERT_EQ(outcomes.size(), std::size_t{kTasks}) << "seed " << seed;
  ASSERT_EQ(seen.tally()[failed] + seen.tally()[timed_out], 0U) << "seed " << seed;
  ASSERT_LE(seen.tally()[lost], seen.report.exits.size()) << "seed " << seed;
  for (std::size_t task = 0; task < outcomes.size(); ++task) {
    if (outcomes[task].ok()) {
      ASSERT_EQ(outcomes[task].value(), result_of(static_cast<int>(task))) << "seed " << seed;
    } else if (const Exit* exit = outcomes[task].exit()) {
      ASSERT_EQ(exit->signal, SIGKILL) << "seed " << seed;
      ASSERT_EQ(exit->task, task) << "seed " << seed;
    } else {
      ASSERT_TRUE(seen.error) << "seed " << seed;  // only a stopped run leaves tasks unbegun
    }
  }
  ASSERT_EQ(waitpid(-1, nullptr, WNOHANG), -1) << "a worker is left; seed " << seed;
  ASSERT_EQ(errno, ECHILD);
}

// As long as a run takes in which nobody dies: deaths within that time hit workers at everything
// that they do, however fast the machine is.
Duration duration_of_a_calm_run() {
  Duration shortest = kForever;
  for (int run = 0; run < 5; ++run) {
    const TimePoint start = Clock::now();
    EXPECT_TRUE(reactor::Reactor({}, Processes{}).run(testing::tasks(kTasks), result_of).all_ok());
    shortest = std::min(shortest, Clock::now() - start);
  }
  return shortest;
}

TEST(Storm, EveryRunAccountsForEveryTask) {
  const char* asked = std::getenv("WORKBENCH_STORM_RUNS");
  const unsigned runs = asked == nullptr ? 300 : static_cast<unsigned>(std::stoul(asked));
  const Duration calm = duration_of_a_calm_run();
  std::size_t lost_tasks = 0;
  std::size_t deaths = 0;
  for (unsigned seed = 0; seed < runs; ++seed) {
    const bool stop_on_error = seed % 4 == 3;
    const auto seen = testing::run(
        {.stop_on_error = stop_on_error, .parallelism = 2 + static_cast<int>(seed % 3)},
        Stormy{.seed = seed, .latest = calm}, testing::tasks(kTasks), result_of);
    ASSERT_NO_FATAL_FAILURE(expect_an_exact_ledger(seen, seed));
    lost_tasks += seen.tally()[lost];
    deaths += seen.report.exits.size();
  }
  EXPECT_GT(lost_tasks, 0U);  // it was a storm, and it struck workers with tasks in their hands
  RecordProperty("runs", static_cast<int>(runs));
  RecordProperty("deaths", static_cast<int>(deaths));
  RecordProperty("lost", static_cast<int>(lost_tasks));
}

}  // namespace
}  // namespace workbench
