// What the process runtime promises beyond what both runtimes do: a worker that is killed at any
// instant loses only the task that it is on, and it is known how the worker ended.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <vector>

#include "core/processes/runtime.h"
#include "tests/support/runs.h"
#include "tests/support/worker_processes.h"

namespace workbench {
namespace {

using namespace std::chrono_literals;
using enum OutcomeKind;
using scenarios::FaultKind;
using scenarios::Window;
using testing::kKeepGoing;
using testing::ProcessesTest;
using testing::run;
using testing::run_with;
using testing::spin_until;
using testing::tasks;

TEST_F(ProcessesTest, NamesTheSignalThatTookAWorkerAndItsTask) {
  for (const int signal : {SIGKILL, SIGSEGV, SIGABRT, SIGTERM, SIGINT, SIGPIPE}) {
    const auto seen = run(kKeepGoing, Processes{}, tasks(5), [signal](int task) {
      if (task == 3) {
        std::signal(signal, SIG_DFL);
        std::raise(signal);
      }
      return task;
    });
    EXPECT_EQ(seen.tally(), (Tally{{ok, 4}, {lost, 1}}));
    const Exit* exit = seen.report.outcomes[3].exit();
    ASSERT_NE(exit, nullptr);
    EXPECT_EQ(exit->how, Exit::How::signal);
    EXPECT_EQ(exit->signal, signal);
    EXPECT_EQ(exit->task, 3U);
  }
}

TEST_F(ProcessesTest, NamesTheExitCodeEvenIfItIsThatOfSuccess) {
  for (const int code : {0, 1, 77}) {
    const auto seen =
        run_with<Processes>({{.kind = FaultKind::exit, .task = 3, .code = code}}, kKeepGoing);
    EXPECT_EQ(seen.tally(), (Tally{{ok, 4}, {lost, 1}}));
    EXPECT_EQ(seen.report.outcomes[3].exit()->how, Exit::How::exit);
    EXPECT_EQ(seen.report.outcomes[3].exit()->code, code);
  }
}

TEST_F(ProcessesTest, GivesUpAfterTwoWholeCrewsWereKilledInARow) {
  const auto seen =
      run_with<Processes>({{.kind = FaultKind::kill, .at = Window::in_action}}, kKeepGoing);
  ASSERT_TRUE(seen.error);
  EXPECT_TRUE(seen.error->no_live_workers());
  EXPECT_EQ(seen.tally(), (Tally{{lost, 5}}));
}

TEST_F(ProcessesTest, StopsWhenEveryWorkerIsKilled) {
  const auto seen = run_with<Processes>({{.kind = FaultKind::kill, .at = Window::in_action}});
  ASSERT_TRUE(seen.error);
  EXPECT_EQ(std::get<Exit>(seen.error->cause()).signal, SIGKILL);
  EXPECT_GE(seen.tally()[lost], 1U);
  EXPECT_LE(seen.tally()[lost], 2U);  // nobody is replaced any more
  EXPECT_EQ(seen.tally()[lost] + seen.tally()[not_started], 5U);
}

TEST_F(ProcessesTest, PutsBackWhatADeadWorkerHadAskedForButNotReceived) {
  // The worker dies with an answer in its line that it never read: it sends the question and stops.
  Processes runtime;
  Processes::Queue<MaybeTask> tasks(runtime, "tasks");
  std::vector<Exit> exits;
  tasks.push_all({1, 2});
  auto crew = runtime.launch(
      1,
      [tasks, &runtime]() mutable {
        runtime.server()->worker_end()->send(
            {.verb = processes::Verb::take, .count = 1, .wait_ns = kForever.count()}, {});
        std::raise(SIGKILL);
      },
      [&](const Exit& exit) { exits.push_back(exit); });
  crew.join();
  ASSERT_EQ(exits.size(), 1U);
  EXPECT_EQ(exits[0].task, std::nullopt);  // its hands were empty
  EXPECT_THAT(tasks.drain(), ::testing::ElementsAre(MaybeTask(1), MaybeTask(2)));
}

// Does the process sleep? (The state in /proc/<pid>/stat follows the name, which is in brackets.)
bool is_asleep(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  const std::string stat(std::istreambuf_iterator<char>(file), {});
  return stat.find(") S ") != std::string::npos;
}

TEST_F(ProcessesTest, LosesOnlyTheTaskWhoseWorkerWasKilledWhilePushing) {
  // The caller is told of task 0 while task 1 is in the hands of another worker. Until it has heard
  // that out, it reads from nobody: a push of more than a ring holds gets stuck half-way.
  const auto victim = posix::make_shared_memory<std::atomic<pid_t>>();
  const auto may_push = posix::make_shared_memory<std::atomic<bool>>();
  const auto action = [&](int task) {
    if (task == 0) spin_until([&] { return *victim != 0; });
    if (task == 1) *victim = getpid();
    if (task == 1) spin_until([&] { return may_push->load(); });
    return std::string(1'000'000, static_cast<char>('a' + task));
  };
  for (const bool stop_on_error : {false, true}) {
    *victim = 0;
    *may_push = false;
    const auto kill_the_victim = [&](const reactor::Progress& progress) {
      if (progress.done > 1) return;
      *may_push = true;
      spin_until([&] { return is_asleep(*victim); });
      kill(*victim, SIGKILL);
    };
    const auto seen = run({.stop_on_error = stop_on_error, .progress = kill_the_victim},
                          Processes{}, tasks(2), action);
    EXPECT_EQ(seen.error.has_value(), stop_on_error);
    EXPECT_EQ(seen.tally()[lost], 1U);
    ASSERT_EQ(seen.report.outcomes.size(), 2U);
    ASSERT_NE(seen.report.outcomes[1].exit(), nullptr);
    EXPECT_EQ(seen.report.outcomes[1].exit()->signal, SIGKILL);
    if (stop_on_error) continue;
    EXPECT_EQ(seen.tally()[ok], 1U);
    EXPECT_EQ(seen.report.outcomes[0].value(), std::string(1'000'000, 'a'));
  }
}

// However short the grace: who has said farewell is done, and what it printed is written.
TEST_F(ProcessesTest, NothingIsLostOfWhatAWorkerPrints) {
  constexpr std::size_t kBytes = std::size_t{8} << 20U;
  ::testing::internal::CaptureStdout();
  run(kKeepGoing, Processes({.grace = 0ms}), tasks(1), [](int task) {
    static std::vector<char> buffer(2 * kBytes);  // all of it is left for the end
    std::setvbuf(stdout, buffer.data(), _IOFBF, buffer.size());
    std::fputs(std::string(kBytes, 'x').c_str(), stdout);
    return task;
  });
  EXPECT_EQ(::testing::internal::GetCapturedStdout().size(), kBytes);
}

// Its length is a hint that every worker looks at before each task. When a queue was made in memory
// that had been used before, it began with whatever was left there, and each look was a message.
TEST_F(ProcessesTest, AQueueIsEmptyFromTheBeginningInWhateverMemory) {
  using ParentQueueOfInts = processes::TypedParentQueue<int>;
  const auto server = std::make_shared<processes::QueueServer>(Duration::zero());
  alignas(ParentQueueOfInts) std::array<std::byte, sizeof(ParentQueueOfInts)> used;
  volatile std::byte* const bytes = used.data();  // or the compiler leaves these writes out
  for (std::size_t i = 0; i < used.size(); ++i) bytes[i] = std::byte{0xa5};
  auto* const queue = new (used.data()) ParentQueueOfInts(server, "queue", {});
  EXPECT_EQ(server->shared_size(queue->id()), 0U);
  std::destroy_at(queue);
}

}  // namespace
}  // namespace workbench
