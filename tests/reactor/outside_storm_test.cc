// Signals from outside at random instants to random workers, and one worker of ten that writes into
// shared memory what it should not: every run accounts for every task.
//
// Some hundred runs by default; WORKBENCH_STORM_RUNS=10000 asks for more.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "core/processes/runtime.h"
#include "core/this_worker.h"
#include "reactor/reactor.h"
#include "tests/support/runs.h"
#include "tests/support/sanitizers.h"
#include "tests/support/shared_words.h"
#include "tests/support/worker_processes.h"

namespace workbench {
namespace {

using enum OutcomeKind;
using testing::tasks;

std::vector<pid_t> children_of(pid_t process) {
  const std::string pid = std::to_string(process);
  std::ifstream children("/proc/" + pid + "/task/" + pid + "/children");
  return {std::istream_iterator<pid_t>(children), {}};
}

// While it lives, a process that sends signals to the other children of this one.
class Storm {
 public:
  explicit Storm(unsigned seed) : process_(fork()) {
    if (process_ == 0) rage(seed);
  }
  Storm(const Storm&) = delete;
  ~Storm() {
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
  }

 private:
  [[noreturn]] static void rage(unsigned seed) {
    std::mt19937 random(seed);
    constexpr std::array kSignals{SIGKILL, SIGTERM, SIGSEGV, SIGUSR1, SIGSTOP};
    for (;;) {
      const timespec pause{.tv_sec = 0, .tv_nsec = static_cast<long>(random() % 2'000'000)};
      nanosleep(&pause, nullptr);  // the instant is what is random
      std::vector<pid_t> workers = children_of(getppid());
      std::erase(workers, getpid());
      if (!workers.empty()) kill(workers[random() % workers.size()], kSignals[random() % 5]);
    }
  }

  pid_t process_;
};

std::string result_of(int task) {
  return std::string(static_cast<std::size_t>(task % 7 == 0 ? 100'000 : 20),
                     static_cast<char>('a' + task % 26));
}

testing::Seen<std::string> run_in_the_storm(unsigned seed) {
  return testing::run(
      {.stop_on_error = seed % 4 == 3,
       .parallelism = 2 + static_cast<int>(seed % 3),
       .queue_capacity = seed % 5 == 0 ? std::size_t{1} : 0},
      Processes{{.grace = std::chrono::milliseconds(20)}}, tasks(60), [seed](int task) {
        static bool done = false;
        if (*this_worker_id() % 10 == static_cast<int>(seed % 10) && !std::exchange(done, true)) {
          testing::write_somewhere(seed);
        }
        return result_of(task);
      });
}

void expect_an_exact_ledger(const testing::Seen<std::string>& seen, unsigned seed) {
  const auto& outcomes = seen.report.outcomes;
  ASSERT_EQ(outcomes.size(), 60U) << "seed " << seed;
  for (std::size_t task = 0; task < outcomes.size(); ++task) {
    const auto& outcome = outcomes[task];
    ASSERT_FALSE(outcome.open()) << "seed " << seed;
    if (outcome.ok()) {
      ASSERT_EQ(outcome.value(), result_of(static_cast<int>(task))) << "seed " << seed;
    }
    ASSERT_TRUE(seen.error || outcome.kind() != not_started) << "seed " << seed;
  }
}

std::ptrdiff_t entries_of(const char* directory) {
  const std::filesystem::directory_iterator all(directory);
  return std::distance(begin(all), end(all));
}

std::ptrdiff_t lines_of(const char* file) {
  std::ifstream in(file);
  return std::count(std::istreambuf_iterator<char>(in), {}, '\n');
}

TEST(OutsideStorm, EveryRunAccountsForEveryTask) {
  const char* asked = std::getenv("WORKBENCH_STORM_RUNS");
  const unsigned runs = asked == nullptr ? 150 : static_cast<unsigned>(std::stoul(asked));
  testing::run({}, Processes{}, tasks(60), result_of);  // so that memory is mapped as later
  const std::ptrdiff_t descriptors = entries_of("/proc/self/fd");
  const std::ptrdiff_t mappings = lines_of("/proc/self/maps");
  std::size_t troubles = 0;
  {
    const Storm storm(1);
    for (unsigned seed = 0; seed < runs; ++seed) {
      const auto seen = run_in_the_storm(seed);
      ASSERT_NO_FATAL_FAILURE(expect_an_exact_ledger(seen, seed));
      troubles += seen.report.exits.size() + seen.tally()[timed_out];
      ASSERT_EQ(children_of(getpid()).size(), 1U) << "seed " << seed;  // the storm
    }
  }
  EXPECT_GT(troubles, 0U);
  EXPECT_FALSE(testing::has_children());
  EXPECT_EQ(entries_of("/proc/self/fd"), descriptors);
  if (!testing::kAddressSanitizer && !testing::kThreadSanitizer) {  // which map as they like
    EXPECT_LE(lines_of("/proc/self/maps"), mappings + 4);           // the allocator keeps some
  }
  RecordProperty("runs", static_cast<int>(runs));
  RecordProperty("troubles", static_cast<int>(troubles));
}

}  // namespace
}  // namespace workbench
