// What a crashing worker writes into the memory that it shares: the parent is not led astray.
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>

#include "core/processes/runtime.h"
#include "core/this_worker.h"
#include "reactor/reactor.h"
#include "tests/support/runs.h"
#include "tests/support/shared_words.h"
#include "tests/support/worker_processes.h"

namespace workbench {
namespace {

using enum OutcomeKind;
using testing::ProcessesTest;
using testing::tasks;

std::string result_of(int task) {
  return std::string(static_cast<std::size_t>(20 + task % 100), static_cast<char>('a' + task % 26));
}

enum class Then { crash, hang, go_on };

// In its first task, worker 0 writes a random word to a random place, and then?
testing::Seen<std::string> run_with_a_stray_write(unsigned seed, Then then) {
  return testing::run({.stop_on_error = false,
                       .parallelism = 3,
                       .result_timeout = std::chrono::milliseconds(then == Then::hang ? 40 : 800)},
                      Processes{}, tasks(60), [=](int task) {
                        static bool done = false;
                        if (this_worker_id() == 0 && !std::exchange(done, true)) {
                          testing::write_somewhere(seed);
                          if (then == Then::crash) std::raise(SIGSEGV);
                          if (then == Then::hang) pause();
                        }
                        return result_of(task);
                      });
}

void expect_an_honest_ledger(const testing::Seen<std::string>& seen, unsigned seed) {
  const auto& outcomes = seen.report.outcomes;
  ASSERT_EQ(outcomes.size(), 60U) << "seed " << seed;
  for (std::size_t task = 0; task < outcomes.size(); ++task) {
    // No wrong result is ever taken for a right one.
    if (outcomes[task].ok()) {
      ASSERT_EQ(outcomes[task].value(), result_of(static_cast<int>(task))) << "seed " << seed;
    }
    ASSERT_FALSE(outcomes[task].open());
  }
  ASSERT_FALSE(testing::has_children()) << "seed " << seed;
}

unsigned runs_asked_for() {
  const char* asked = std::getenv("WORKBENCH_STORM_RUNS");
  return asked == nullptr ? 200 : static_cast<unsigned>(std::stoul(asked));
}

TEST_F(ProcessesTest, AStrayWriteOfACrashingWorkerDoesNoHarm) {
  for (unsigned seed = 0; seed < runs_asked_for(); ++seed) {
    ASSERT_NO_FATAL_FAILURE(
        expect_an_honest_ledger(run_with_a_stray_write(seed, Then::crash), seed));
  }
}

// Without a crash the worker goes on with what it has damaged itself.
TEST_F(ProcessesTest, AStrayWriteOfAWorkerThatGoesOnDoesNoHarm) {
  for (unsigned seed = 0; seed < runs_asked_for(); ++seed) {
    ASSERT_NO_FATAL_FAILURE(
        expect_an_honest_ledger(run_with_a_stray_write(seed, Then::go_on), seed));
  }
}

// Even if it has overwritten what says how long it has been on which task.
TEST_F(ProcessesTest, AStrayWriteOfAWorkerThatHangsDoesNoHarm) {
  for (unsigned seed = 0; seed < runs_asked_for() / 4; ++seed) {
    ASSERT_NO_FATAL_FAILURE(
        expect_an_honest_ledger(run_with_a_stray_write(2 * seed, Then::hang), seed));
  }
}

TEST_F(ProcessesTest, AnOverwrittenLineIsSaidToBeTheReason) {
  const auto seen =
      testing::run({.stop_on_error = false, .parallelism = 2}, Processes{}, tasks(5), [](int task) {
        if (task == 2) {
          for (std::uint64_t* word : testing::shared_words()) {
            *word = reinterpret_cast<std::uint64_t>(word) * 2'654'435'761U;
          }
        }
        return task;
      });
  ASSERT_EQ(seen.report.outcomes.size(), 5U);
  EXPECT_EQ(seen.report.outcomes[2].kind(), lost);
  ASSERT_FALSE(seen.report.exits.empty());
}

}  // namespace
}  // namespace workbench
