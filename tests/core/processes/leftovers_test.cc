// No process and no descriptor is left behind, not even when the caller is killed.
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "core/processes/runtime.h"
#include "naive/pool.h"
#include "tests/support/runs.h"
#include "tests/support/worker_processes.h"

namespace workbench {
namespace {

using enum OutcomeKind;
using scenarios::FaultKind;
using testing::has_children;
using testing::kKeepGoing;
using testing::kPatience;
using testing::ProcessesTest;
using testing::run;
using testing::run_with;
using testing::spin_until;
using testing::tasks;
using testing::times_ten;

std::size_t open_descriptors() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

TEST_F(ProcessesTest, LeavesNoDescriptorOpen) {
  const std::size_t before = open_descriptors();
  run(kKeepGoing, Processes{}, tasks(50), times_ten);
  run_with<Processes>({{.kind = FaultKind::kill, .task = 2}}, kKeepGoing);
  run_with<Processes>({{.kind = FaultKind::sleep_forever, .task = 2}},
                      {.stop_on_error = true, .result_timeout = kPatience});
  EXPECT_EQ(open_descriptors(), before);
}

TEST_F(ProcessesTest, WorkersDoNotHoldTheLinesOfOthers) {
  const std::size_t before = open_descriptors();
  const auto report = reactor::Reactor({.parallelism = 4}, Processes{}).run(tasks(8), [](int) {
    return open_descriptors();
  });
  ASSERT_EQ(report.outcomes.size(), 8U);
  for (const auto& outcome : report.outcomes) {
    EXPECT_EQ(outcome.value(), before + 3);  // two bells, and the parent's pidfd
  }
}

TEST_F(ProcessesTest, KillsItsWorkersWhenTheCrewIsDestroyed) {
  Processes runtime;
  {
    auto crew = runtime.launch(3, [] { scenarios::strike({.kind = FaultKind::sleep_forever}); });
  }
  EXPECT_FALSE(has_children());
}

TEST_F(ProcessesTest, KnowsOfAnEndThatSomebodyElseCollected) {
  std::signal(SIGCHLD, SIG_IGN);  // the kernel then collects children by itself
  const auto seen = run_with<Processes>({{.kind = FaultKind::kill, .task = 2}}, kKeepGoing);
  std::signal(SIGCHLD, SIG_DFL);
  EXPECT_EQ(seen.tally(), (Tally{{ok, 4}, {lost, 1}}));
}

// ---- the caller is killed -------------------------------------------------------------------

// Where the caller is when it is killed: about to do this, or, with `waiting`, asleep until its
// workers have something for it.
enum class Moment { feeding, collecting, waiting, stopping, joining };

// Workers whose caller is killed when it comes to `moment`.
struct Lethal : Processes {
  static inline Moment moment{};

  static void caller_is(Moment here) {
    if (here == moment && !this_worker_id()) kill(getpid(), SIGKILL);
  }

  template <class T>
  struct Queue : Processes::Queue<T> {
    using Base = Processes::Queue<T>;
    using Base::Base;
    void push(T item) {
      if (this->name() == "input_queue") caller_is(Moment::feeding);
      Base::push(std::move(item));
    }
    template <class Items = std::vector<T>>
    void push_all(Items items) {
      if (this->name() == "input_queue") caller_is(Moment::feeding);
      Base::push_all(std::move(items));
    }
    T pop() {
      caller_is(Moment::collecting);
      return Base::pop();
    }
    std::vector<T> pop_some(std::size_t max, Duration timeout) {
      caller_is(Moment::collecting);
      return Base::pop_some(max, timeout);
    }
    std::vector<T> drain() {
      if (this->name() == "input_queue") caller_is(Moment::stopping);
      return Base::drain();
    }
  };

  struct Crew : Processes::Crew {
    void join() {
      caller_is(Moment::joining);
      Processes::Crew::join();
    }
  };

  template <class Body>
  Crew launch(int n, Body body, OnExit on_exit = {}) {
    return {Processes::launch(n, std::move(body), std::move(on_exit))};
  }
};

// In a process of its own, that is killed: a caller with three workers, of which two hang.
template <class Run>
[[noreturn]] void be_killed_at(Moment moment, Run run_pool) {
  Lethal::moment = moment;
  const auto begun = posix::make_shared_memory<std::atomic<int>>();
  run_pool([&](int task) {
    if (moment == Moment::joining) return;  // a reactor joins when all is done
    ++*begun;
    if (task < 2) scenarios::strike({.kind = FaultKind::sleep_forever});
    spin_until([&] { return *begun == 3; });
    if (moment == Moment::waiting) kill(getppid(), SIGKILL);
    throw std::runtime_error("boom");
  });
  _exit(EXIT_SUCCESS);
}

// Returns when the caller and each of its workers have ended; a worker that lived on would hold it
// up until the test's own time is over. Gives the status with which the caller ended.
template <class Run>
int status_of_caller_killed_at(Moment moment, Run run_pool) {
  prctl(PR_SET_CHILD_SUBREAPER, 1);  // orphaned workers become our children
  const pid_t caller = fork();
  if (caller == 0) be_killed_at(moment, run_pool);
  int status_of_caller = 0;
  int status = 0;
  for (pid_t ended = 0; (ended = waitpid(-1, &status, 0)) > 0;) {
    if (ended == caller) status_of_caller = status;
  }
  prctl(PR_SET_CHILD_SUBREAPER, 0);
  return status_of_caller;
}

TEST_F(ProcessesTest, AReactorLeavesNoWorkerBehindWhenItsCallerIsKilled) {
  for (const Moment moment :
       {Moment::feeding, Moment::collecting, Moment::waiting, Moment::stopping, Moment::joining}) {
    const int status = status_of_caller_killed_at(moment, [](const auto& action) {
      reactor::Reactor({.parallelism = 3}, Lethal{}).run(tasks(3), action);
    });
    EXPECT_TRUE(WIFSIGNALED(status)) << "moment " << static_cast<int>(moment);
    EXPECT_EQ(WTERMSIG(status), SIGKILL) << "moment " << static_cast<int>(moment);
  }
}

TEST_F(ProcessesTest, TheNaivePoolLeavesNoWorkerBehindWhenItsCallerIsKilled) {
  for (const Moment moment : {Moment::feeding, Moment::waiting, Moment::joining}) {
    const int status = status_of_caller_killed_at(moment, [](const auto& action) {
      naive::Pool({.parallelism = 3}, Lethal{}).run(tasks(3), action);
    });
    EXPECT_TRUE(WIFSIGNALED(status)) << "moment " << static_cast<int>(moment);
    EXPECT_EQ(WTERMSIG(status), SIGKILL) << "moment " << static_cast<int>(moment);
  }
}

}  // namespace
}  // namespace workbench
