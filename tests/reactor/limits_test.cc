// What the reactor does not promise. The tutorial shows these programs.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <thread>
#include <vector>

#include "core/processes/runtime.h"
#include "reactor/reactor.h"
#include "tests/support/worker_processes.h"

namespace workbench {
namespace {

using namespace std::chrono_literals;
using reactor::Reactor;

const std::vector<int> tasks{0, 1, 2};

TEST(LimitsDeathTest, ACrashOfAThreadIsTheEndOfTheProgram) {
  //! [crash]
  const auto crash = [](int) { std::abort(); };
  EXPECT_DEATH(Reactor({}, Threads{}).run(tasks, crash), "");
  EXPECT_THROW(Reactor({}, Processes{}).run(tasks, crash), reactor::Error);
  //! [crash]
}

TEST(Limits, AThreadThatHangsIsAbandonedAndRunsOn) {
  //! [abandoned]
  const auto go_home = std::make_shared<std::atomic<bool>>(false);
  const auto gone = std::make_shared<std::atomic<bool>>(false);
  const auto hang = [=](int task) {
    if (task != 1) return;
    go_home->wait(false);
    *gone = true;
    gone->notify_all();
  };
  const auto report =
      Reactor({.stop_on_error = false, .result_timeout = 800ms}, Threads{}).run(tasks, hang);
  EXPECT_EQ(report.abandoned, 1U);
  EXPECT_FALSE(*gone);  // the run is over, and its thread still runs
  //! [abandoned]
  *go_home = true;
  go_home->notify_all();
  gone->wait(false);
}

TEST(Limits, ThreadsShareOneActionAndProcessesHaveCopies) {
  //! [state]
  int calls = 0;
  const auto count = [&calls](int) { return ++calls; };  // on several threads: a data race
  Reactor({.parallelism = 1}, Threads{}).run(tasks, count);
  EXPECT_EQ(calls, 3);
  Reactor({.parallelism = 1}, Processes{}).run(tasks, count);
  EXPECT_EQ(calls, 3);  // the workers have counted, each for itself
  //! [state]
}

TEST(Limits, APointerInsideOfAStructIsNotFound) {
  //! [pointer]
  struct Sneaky {
    const int* number = nullptr;  // means nothing in another process
  };
  static_assert(processes::Shippable<Sneaky> && !processes::Shippable<const int*>);
  //! [pointer]
}

TEST(Limits, WhereNobodyCanAskHowAProcessHasEndedNobodyKnows) {
  //! [sigchld]
  std::signal(SIGCHLD, SIG_IGN);  // the kernel forgets its dead at once
  const auto report = Reactor({.stop_on_error = false}, Processes{}).run(tasks, [](int task) {
    if (task == 1) std::raise(SIGKILL);
  });
  EXPECT_EQ(report.outcomes[1].exit()->how, Exit::How::unknown);
  //! [sigchld]
  std::signal(SIGCHLD, SIG_DFL);
}

TEST(Limits, AProcessThatLeavesTheGroupOfItsWorkerLivesOn) {
  const auto daemon = posix::make_shared_memory<std::atomic<pid_t>>();
  //! [daemon]
  Reactor({}, Processes{}).run(tasks, [&](int task) {
    if (task != 1 || fork() != 0) return;
    setsid();  // out of the group: nobody ends it with its worker
    *daemon = getpid();
    for (;;) pause();
  });
  //! [daemon]
  testing::spin_until([&] { return *daemon != 0; });
  EXPECT_EQ(kill(*daemon, 0), 0);
  kill(*daemon, SIGKILL);
}

}  // namespace
}  // namespace workbench
