// A worker is a process of its own: what belongs to its caller is not its business, and what it
// starts ends with it.
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <stop_token>
#include <thread>
#include <vector>

#include "core/posix/fork.h"
#include "core/posix/shared_memory.h"
#include "core/processes/runtime.h"
#include "core/this_worker.h"
#include "reactor/reactor.h"
#include "tests/support/runs.h"
#include "tests/support/worker_processes.h"

namespace workbench {
namespace {

using namespace std::chrono_literals;
using enum OutcomeKind;
using testing::kKeepGoing;
using testing::kPatience;
using testing::ProcessesTest;
using testing::run;
using testing::tasks;

// How often something has happened, in any process.
class SharedCount {
 public:
  std::atomic<int>& operator*() const { return *count_; }

 private:
  posix::Shared<std::atomic<int>> count_ = posix::make_shared_memory<std::atomic<int>>();
};

// For as long as it lives, a signal runs this handler.
class Handler {
 public:
  Handler(int signal, void (*handler)(int)) : signal_(signal) {
    struct sigaction wish {};
    wish.sa_handler = handler;  // without SA_RESTART: it interrupts every wait
    sigaction(signal, &wish, &before_);
  }
  Handler(const Handler&) = delete;
  ~Handler() { sigaction(signal_, &before_, nullptr); }

 private:
  int signal_;
  struct sigaction before_ {};
};

std::atomic<int>* handled = nullptr;
void count(int /*signal*/) { ++*handled; }

TEST_F(ProcessesTest, TheCallersHandlersDoNotRunInAWorker) {
  const SharedCount calls;
  handled = &*calls;
  const Handler on_term(SIGTERM, count);
  const Handler on_user(SIGUSR1, count);
  const Handler on_int(SIGINT, count);
  const auto seen = run({.stop_on_error = false, .result_timeout = kPatience}, Processes{},
                        tasks(6), [](int task) {
                          if (task == 1) std::raise(SIGINT);
                          if (task == 2) pause();  // it gets SIGTERM when its time is up
                          return task;
                        });
  EXPECT_EQ(seen.tally(), (Tally{{ok, 4}, {lost, 1}, {timed_out, 1}}));
  EXPECT_TRUE(run({}, Processes{}, tasks(6), [](int task) {
                if (task == 1) throw task;
                return task;
              }).error);  // the others are asked to stop
  EXPECT_EQ(*calls, 0);
}

TEST_F(ProcessesTest, AWorkerHasNoSignalBlocked) {
  sigset_t user;
  sigset_t before;
  sigemptyset(&user);
  sigaddset(&user, SIGUSR2);
  sigprocmask(SIG_BLOCK, &user, &before);
  const auto seen = run(kKeepGoing, Processes{}, tasks(4), [](int) {
    sigset_t blocked;
    sigprocmask(SIG_SETMASK, nullptr, &blocked);
    return sigismember(&blocked, SIGUSR2);
  });
  sigset_t after;
  sigprocmask(SIG_SETMASK, &before, &after);
  EXPECT_EQ(sigismember(&after, SIGUSR2), 1);  // the caller's mask is as it was
  for (const auto& outcome : seen.report.outcomes) EXPECT_EQ(outcome.value(), 0);
}

TEST_F(ProcessesTest, ExitInAnActionRunsNothingOfTheCaller) {
  const SharedCount calls;
  handled = &*calls;
  // In a child, because what is registered with atexit stays so.
  const pid_t child = fork();
  if (child == 0) {
    std::atexit([] { ++*handled; });
    const auto seen = run(kKeepGoing, Processes{}, tasks(4), [](int task) {
      if (task == 1) std::exit(3);
      return task;
    });
    _exit(seen.tally() == Tally{{ok, 3}, {lost, 1}} ? EXIT_SUCCESS : EXIT_FAILURE);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(*calls, 0);
}

// Has the process ended? A zombie has, even if nobody reaps it.
bool ends(const posix::UniqueFd& process) {
  pollfd fd{.fd = process.get(), .events = POLLIN, .revents = 0};
  return poll(&fd, 1, -1) == 1;  // untimed: the test's own limit is the watchdog
}

TEST_F(ProcessesTest, TheChildrenOfALostActionEndWithIt) {
  for (const bool crashes : {false, true}) {
    const SharedCount child;
    posix::UniqueFd pidfd;
    const auto seen = run({.stop_on_error = false,
                           .result_timeout = kPatience,
                           .progress =
                               [&](const reactor::Progress&) {
                                 if (!pidfd && *child != 0) pidfd = posix::open_pidfd(*child);
                               }},
                          Processes{}, tasks(4), [&child, crashes](int task) {
                            if (task == 0) {
                              const pid_t forked = fork();
                              if (forked == 0) {
                                for (;;) pause();
                              }
                              *child = forked;
                              if (crashes) std::raise(SIGSEGV);
                              for (;;) pause();
                            }
                            testing::spin_until([&] { return *child != 0; });
                            return task;
                          });
    EXPECT_EQ(seen.tally()[ok], 3U);
    if (pidfd) {
      EXPECT_TRUE(ends(pidfd));
    }
  }
}

TEST_F(ProcessesTest, WhatAnActionThatReturnsHasStartedLivesOn) {
  const SharedCount child;
  EXPECT_TRUE(run(kKeepGoing, Processes{}, tasks(4), [&child](int task) {
                if (task != 0) return;
                const pid_t forked = fork();
                if (forked == 0) {
                  for (;;) pause();
                }
                *child = forked;
              }).report.all_ok());
  const posix::UniqueFd pidfd = posix::open_pidfd(*child);
  pollfd fd{.fd = pidfd.get(), .events = POLLIN, .revents = 0};
  EXPECT_EQ(poll(&fd, 1, 0), 0);  // it has not ended
  kill(*child, SIGKILL);
  EXPECT_TRUE(ends(pidfd));
}

// The kernel forgets whom to tell of a parent's death when a process changes its credentials.
TEST_F(ProcessesTest, AWorkerNoticesTheDeathOfItsCallerByItself) {
  const posix::Shared<std::array<std::atomic<int>, 2>> pids =
      posix::make_shared_memory<std::array<std::atomic<int>, 2>>();
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  const pid_t caller = fork();
  if (caller == 0) {
    run(kKeepGoing, Processes{}, tasks(2), [&](int task) {
      prctl(PR_SET_PDEATHSIG, 0);
      const pid_t parent = getppid();
      pids->at(static_cast<std::size_t>(task)) = getpid();
      // Both are at work when their caller is killed; then each wants another task.
      testing::spin_until([&] { return getppid() != parent; });
      return task;
    });
    _exit(EXIT_FAILURE);
  }
  std::vector<posix::UniqueFd> workers;
  for (auto& pid : *pids) {
    testing::spin_until([&pid = pid] { return pid != 0; });
    workers.push_back(posix::open_pidfd(pid));
  }
  kill(caller, SIGKILL);
  for (const auto& worker : workers) EXPECT_TRUE(ends(worker));
  while (waitpid(-1, nullptr, 0) > 0) {
  }
  prctl(PR_SET_CHILD_SUBREAPER, 0);
}

TEST_F(ProcessesTest, ForeignChildrenAreLeftToTheirParent) {
  const pid_t foreign = fork();
  if (foreign == 0) _exit(7);
  EXPECT_TRUE(run(kKeepGoing, Processes{}, tasks(20), testing::times_ten).report.all_ok());
  int status = 0;
  EXPECT_EQ(waitpid(foreign, &status, 0), foreign);
  EXPECT_EQ(WEXITSTATUS(status), 7);
}

TEST_F(ProcessesTest, NeedsNoSigchld) {
  for (void (*handler)(int) : {SIG_IGN, SIG_DFL, count}) {
    const SharedCount calls;
    handled = &*calls;
    const Handler on_child(SIGCHLD, handler);
    const auto seen = run(kKeepGoing, Processes{}, tasks(20), [](int task) {
      if (task == 5) std::raise(SIGKILL);
      return task;
    });
    EXPECT_EQ(seen.tally(), (Tally{{ok, 19}, {lost, 1}}));
    const Exit& exit = *seen.report.outcomes[5].exit();
    // Where the kernel reaps by itself, nobody can ask how a process has ended.
    EXPECT_EQ(exit.how, handler == SIG_IGN ? Exit::How::unknown : Exit::How::signal);
  }
}

TEST_F(ProcessesTest, BearsAStormOfSignalsToItsCaller) {
  const SharedCount calls;
  handled = &*calls;
  const Handler on_alarm(SIGALRM, count);
  const itimerval often{.it_interval = {0, 200}, .it_value = {0, 200}};
  const itimerval never{};
  setitimer(ITIMER_REAL, &often, nullptr);
  for (int round = 0; round < 20; ++round) {
    const auto seen = run(kKeepGoing, Processes{}, tasks(40), [](int task) {
      if (task % 20 == 5) std::raise(SIGKILL);
      return std::string(100'000, 'x');
    });
    EXPECT_EQ(seen.tally(), (Tally{{ok, 38}, {lost, 2}}));
    EXPECT_TRUE(run({}, Processes{}, tasks(40), testing::fails_on_three).error);
  }
  setitimer(ITIMER_REAL, &never, nullptr);
  EXPECT_GT(*calls, 0);
}

// ---- one inside of the other, and side by side ----------------------------------------------

template <class Outer, class Inner>
void expect_to_nest() {
  const auto seen = run(kKeepGoing, Outer{}, tasks(4), [](int task) {
    const auto inner = run(kKeepGoing, Inner{}, tasks(6), testing::times_ten);
    return inner.report.all_ok() ? task : -1;
  });
  ASSERT_TRUE(seen.report.all_ok());
  for (int task = 0; task < 4; ++task) {
    EXPECT_EQ(seen.report.outcomes[static_cast<std::size_t>(task)].value(), task);
  }
}

TEST_F(ProcessesTest, AnActionMayRunAPoolItself) {
  expect_to_nest<Processes, Processes>();
  expect_to_nest<Processes, Threads>();
  expect_to_nest<Threads, Threads>();
}

TEST(ReactorOnThreads, RunsFromManyThreadsAtOnce) {
  std::atomic<int> right = 0;
  std::vector<std::jthread> callers;
  for (int i = 0; i < 8; ++i) {
    callers.emplace_back([&right] {
      for (int round = 0; round < 20; ++round) {
        const auto seen = run(kKeepGoing, Threads{}, tasks(30), testing::fails_on_three);
        if (seen.tally() == Tally{{ok, 29}, {failed, 1}}) ++right;
      }
    });
  }
  callers.clear();
  EXPECT_EQ(right, 160);
}

// ---- asked to stop --------------------------------------------------------------------------

TEST_F(ProcessesTest, AnActionThatHandlesTheStopSignalMayFinishEarly) {
  const SharedCount ready;
  const auto seen = run({.result_timeout = 60s}, Processes({.stop_signal = SIGUSR2}), tasks(2),
                        [&ready](int task) {
                          if (task == 0) {
                            testing::spin_until([&] { return *ready != 0; });
                            throw std::runtime_error("boom");
                          }
                          sigset_t stop;
                          sigemptyset(&stop);
                          sigaddset(&stop, SIGUSR2);
                          sigprocmask(SIG_BLOCK, &stop, nullptr);
                          std::signal(SIGUSR2, SIG_DFL);  // so that it is kept for sigwait
                          ++*ready;
                          int received = 0;
                          sigwait(&stop, &received);
                          return received;
                        });
  ASSERT_TRUE(seen.error);
  EXPECT_EQ(seen.error->task(), 0U);
  EXPECT_EQ(seen.report.outcomes[1].value(), SIGUSR2);
}

TEST(ReactorOnThreads, AnActionIsAskedToStopAtTheFirstError) {
  std::atomic<bool> ready = false;
  const auto seen = run({.result_timeout = 60s}, Threads{}, tasks(2),
                        [&ready](int task, const std::stop_token& token) {
                          if (task == 0) {
                            ready.wait(false);
                            throw std::runtime_error("boom");
                          }
                          std::atomic<bool> asked = false;
                          const std::stop_callback note(token, [&] {
                            asked = true;
                            asked.notify_all();
                          });
                          ready = true;
                          ready.notify_all();
                          asked.wait(false);
                          return task;
                        });
  ASSERT_TRUE(seen.error);
  EXPECT_EQ(seen.error->task(), 0U);
  EXPECT_TRUE(seen.report.outcomes[1].ok());
}

}  // namespace
}  // namespace workbench
