// What a crashing worker writes into the memory that it shares: the parent is not led astray.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "core/processes/runtime.h"
#include "core/this_worker.h"
#include "reactor/reactor.h"
#include "tests/support/runs.h"
#include "tests/support/worker_processes.h"

namespace workbench {
namespace {

using enum OutcomeKind;
using testing::ProcessesTest;
using testing::tasks;

// All the memory that this process shares with its parent, word by word.
std::vector<std::uint64_t*> shared_words() {
  std::vector<std::uint64_t*> words;
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    if (line.find("rw-s") == std::string::npos) continue;
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    char dash = 0;
    std::istringstream(line) >> std::hex >> begin >> dash >> end;
    for (; begin < end; begin += sizeof begin) {
      words.push_back(reinterpret_cast<std::uint64_t*>(begin));  // NOLINT(performance-no-int-to-ptr)
    }
  }
  return words;
}

// The words that are in use: most of the memory is the inside of the two rings.
std::vector<std::uint64_t*> words_in_use() {
  std::vector<std::uint64_t*> used;
  for (std::uint64_t* word : shared_words()) {
    if (*word != 0) used.push_back(word);
  }
  return used;
}

std::string result_of(int task) {
  return std::string(static_cast<std::size_t>(20 + task % 100), static_cast<char>('a' + task % 26));
}

// In its first task, worker 0 writes a random word to a random place; then it goes on, or crashes.
testing::Seen<std::string> run_with_a_stray_write(unsigned seed, bool everywhere, bool crashes) {
  return testing::run(
      {.stop_on_error = false, .parallelism = 3, .result_timeout = std::chrono::milliseconds(800)},
      Processes{}, tasks(60), [=](int task) {
        static bool done = false;
        if (this_worker_id() == 0 && !std::exchange(done, true)) {
          std::mt19937_64 random(seed);
          const auto words = everywhere ? shared_words() : words_in_use();
          std::uint64_t* word = words[random() % words.size()];
          *static_cast<volatile std::uint64_t*>(word) =
              seed % 3 == 0 ? random() : *word ^ (std::uint64_t{1} << (random() % 64));
          if (crashes) std::raise(SIGSEGV);
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
    ASSERT_NO_FATAL_FAILURE(expect_an_honest_ledger(
        run_with_a_stray_write(seed, seed % 2 == 0, true), seed));
  }
}

// Without a crash the worker goes on with what it has damaged itself.
TEST_F(ProcessesTest, AStrayWriteOfAWorkerThatGoesOnDoesNoHarm) {
  for (unsigned seed = 0; seed < runs_asked_for(); ++seed) {
    ASSERT_NO_FATAL_FAILURE(expect_an_honest_ledger(
        run_with_a_stray_write(seed, seed % 2 == 0, false), seed));
  }
}

TEST_F(ProcessesTest, AnOverwrittenLineIsSaidToBeTheReason) {
  const auto seen = testing::run({.stop_on_error = false, .parallelism = 2}, Processes{}, tasks(5),
                                 [](int task) {
                                   if (task == 2) {
                                     for (std::uint64_t* word : shared_words()) *word = ~*word;
                                   }
                                   return task;
                                 });
  ASSERT_EQ(seen.report.outcomes.size(), 5U);
  EXPECT_EQ(seen.report.outcomes[2].kind(), lost);
  ASSERT_FALSE(seen.report.exits.empty());
}

}  // namespace
}  // namespace workbench
