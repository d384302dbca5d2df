// What the process runtime promises beyond what both runtimes do: nobody is left behind, nothing
// leaks, and who is killed at any instant loses only what was in its hands.
#include "core/processes/runtime.h"

#include <dirent.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "naive/pool.h"
#include "tests/support/runs.h"

namespace workbench {
namespace {

using namespace std::chrono_literals;
using reactor::Counts;
using scenarios::FaultKind;
using scenarios::Window;
using testing::run;
using testing::run_with;
using testing::tasks;
using testing::times_ten;

bool has_children() { return waitpid(-1, nullptr, WNOHANG | __WALL) != -1 || errno != ECHILD; }

std::size_t open_descriptors() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

const reactor::Options kKeepGoing{.stop_on_error = false};

class ProcessesTest : public ::testing::Test {
 protected:
  void TearDown() override { EXPECT_FALSE(has_children()); }
};

// ---- ends of workers ------------------------------------------------------------------------

TEST_F(ProcessesTest, NamesTheSignalThatTookAWorkerAndItsTask) {
  for (const int signal : {SIGKILL, SIGSEGV, SIGABRT, SIGTERM, SIGINT, SIGPIPE}) {
    const auto seen = run(kKeepGoing, Processes{}, tasks(5), [signal](int task) {
      if (task == 3) {
        std::signal(signal, SIG_DFL);
        std::raise(signal);
      }
      return task;
    });
    EXPECT_EQ(seen.counts(), (Counts{.ok = 4, .lost = 1}));
    const Exit* exit = seen.report.outcomes[3].exit();
    ASSERT_NE(exit, nullptr);
    EXPECT_EQ(exit->how, Exit::How::signal);
    EXPECT_EQ(exit->signal, signal);
    EXPECT_EQ(exit->task, 3U);
  }
}

TEST_F(ProcessesTest, NamesTheExitCodeEvenIfItIsThatOfSuccess) {
  for (const int code : {0, 1, 77}) {
    const auto seen = run_with<Processes>({{.kind = FaultKind::exit, .task = 3, .code = code}},
                                          kKeepGoing);
    EXPECT_EQ(seen.counts(), (Counts{.ok = 4, .lost = 1}));
    EXPECT_EQ(seen.report.outcomes[3].exit()->how, Exit::How::exit);
    EXPECT_EQ(seen.report.outcomes[3].exit()->code, code);
  }
}

TEST_F(ProcessesTest, GivesUpAfterTwoWholeCrewsWereKilledInARow) {
  const auto seen = run_with<Processes>({{.kind = FaultKind::kill, .at = Window::in_action}},
                                        kKeepGoing);
  ASSERT_TRUE(seen.error);
  EXPECT_TRUE(seen.error->no_live_workers());
  EXPECT_EQ(seen.counts(), (Counts{.lost = 5}));
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
        runtime.hub()->worker_end()->send(
            {.verb = processes::Verb::take, .count = 1, .wait_ns = kForever.count()}, {});
        std::raise(SIGKILL);
      },
      [&](const Exit& exit) { exits.push_back(exit); });
  crew.join();
  ASSERT_EQ(exits.size(), 1U);
  EXPECT_EQ(exits[0].task, std::nullopt);  // its hands were empty
  EXPECT_THAT(tasks.drain(), ::testing::ElementsAre(MaybeTask(1), MaybeTask(2)));
}

// ---- while pushing --------------------------------------------------------------------------

// Ends the calling worker by SIGKILL in the middle of its next push of more than a ring can hold:
// its parent is stopped, so the push cannot end; a process of its own waits until the worker sleeps
// there, kills it, and lets the parent go on.
void arm_kill_while_pushing() {
  const pid_t worker = getpid();
  const pid_t parent = getppid();
  if (fork() != 0) return;
  kill(parent, SIGSTOP);
  std::string call;
  const auto sleeps_in_poll = [&] {
    std::ifstream("/proc/" + std::to_string(worker) + "/syscall") >> call;
    return call == "7";  // poll, on x86_64
  };
  while (!sleeps_in_poll()) sched_yield();
  kill(worker, SIGKILL);
  kill(parent, SIGCONT);
  _exit(0);
}

TEST_F(ProcessesTest, LosesOnlyTheTaskWhoseWorkerWasKilledWhilePushing) {
  prctl(PR_SET_CHILD_SUBREAPER, 1);  // the helper becomes our child when the worker is gone
  for (const bool stop_on_error : {false, true}) {
    const auto seen = run({.stop_on_error = stop_on_error}, Processes{}, tasks(5), [](int task) {
      if (task == 3) arm_kill_while_pushing();
      return std::string(200'000, static_cast<char>('a' + task));
    });
    waitpid(-1, nullptr, 0);
    EXPECT_EQ(seen.error.has_value(), stop_on_error);
    EXPECT_EQ(seen.counts().lost, 1U);
    EXPECT_EQ(seen.counts().submitted(), 5U);
    ASSERT_NE(seen.report.outcomes[3].exit(), nullptr);
    EXPECT_EQ(seen.report.outcomes[3].exit()->signal, SIGKILL);
    if (stop_on_error) continue;
    EXPECT_EQ(seen.counts().ok, 4U);
    EXPECT_EQ(seen.report.outcomes[4].value(), std::string(200'000, 'e'));
  }
  prctl(PR_SET_CHILD_SUBREAPER, 0);
}

// ---- what cannot be shipped -----------------------------------------------------------------

struct Unshippable {
  std::string text{};  // so that it does not travel as plain bytes
  template <class Archive>
  void save(Archive& archive) const {
    archive(std::string(100'000, 'x'));
    throw std::runtime_error("cannot be shipped");
  }
  template <class Archive>
  void load(Archive&) {}
};

TEST_F(ProcessesTest, AResultThatCannotBeShippedIsAFailureOfItsTask) {
  const auto unshippable = [](int) { return Unshippable{}; };
  const auto kept = run(kKeepGoing, Processes{}, tasks(20), unshippable);
  ASSERT_EQ(kept.counts(), (Counts{.failed = 20}));
  EXPECT_EQ(kept.report.outcomes[0].failure()->what, "cannot be shipped");
  EXPECT_TRUE(kept.report.exits.empty());
  EXPECT_TRUE(run({}, Processes{}, tasks(5), unshippable).error);
}

// ---- nothing is left ------------------------------------------------------------------------

TEST_F(ProcessesTest, LeavesNoDescriptorOpen) {
  const std::size_t before = open_descriptors();
  run(kKeepGoing, Processes{}, tasks(50), times_ten);
  run_with<Processes>({{.kind = FaultKind::kill, .task = 2}}, kKeepGoing);
  run_with<Processes>({{.kind = FaultKind::sleep_forever, .task = 2}},
                      {.stop_on_error = true, .result_timeout = 20ms});
  EXPECT_EQ(open_descriptors(), before);
}

TEST_F(ProcessesTest, WorkersDoNotHoldTheLinesOfOthers) {
  const std::size_t before = open_descriptors();
  const auto report = reactor::Reactor({.parallelism = 4}, Processes{}).run(tasks(8), [](int) {
    return open_descriptors();
  });
  for (const auto& outcome : report.outcomes) EXPECT_EQ(outcome.value(), before + 2);  // two bells
}

TEST_F(ProcessesTest, KillsItsWorkersWhenTheCrewIsDestroyed) {
  Processes runtime;
  { auto crew = runtime.launch(3, [] { scenarios::strike({.kind = FaultKind::sleep_forever}); }); }
  EXPECT_FALSE(has_children());
}

TEST_F(ProcessesTest, SaysSoWhenAWorkerCannotBeStarted) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  const rlimit enough = limit;
  limit.rlim_cur = open_descriptors() + 4;  // one worker needs three, the second finds none
  for (const bool stop_on_error : {false, true}) {
    setrlimit(RLIMIT_NOFILE, &limit);
    const auto seen = run({.stop_on_error = stop_on_error}, Processes{}, tasks(5), times_ten);
    setrlimit(RLIMIT_NOFILE, &enough);
    ASSERT_TRUE(seen.error);
    EXPECT_EQ(std::get<Exit>(seen.error->cause()).how, Exit::How::not_started);
    EXPECT_EQ(seen.counts().submitted(), 5U);
  }
  setrlimit(RLIMIT_NOFILE, &limit);
  EXPECT_THROW(naive::Pool({}, Processes{}).run(tasks(5), times_ten), std::system_error);
  setrlimit(RLIMIT_NOFILE, &enough);
}

TEST_F(ProcessesTest, KnowsOfAnEndThatSomebodyElseCollected) {
  std::signal(SIGCHLD, SIG_IGN);  // the kernel then collects children by itself
  const auto seen = run_with<Processes>({{.kind = FaultKind::kill, .task = 2}}, kKeepGoing);
  std::signal(SIGCHLD, SIG_DFL);
  EXPECT_EQ(seen.counts(), (Counts{.ok = 4, .lost = 1}));
}

// ---- the caller is killed -------------------------------------------------------------------

// Where the caller is when it is killed.
enum class Moment { collecting, stopping, joining };

// A caller, in a process of its own, that is killed at `moment`, by one of its workers or by itself.
void caller(Moment moment) {
  const pid_t self = getpid();
  const auto forever = [] { scenarios::strike({.kind = FaultKind::sleep_forever}); };
  reactor::Options options{.stop_on_error = moment == Moment::stopping, .parallelism = 3};
  options.progress = [&](const reactor::Progress& progress) {
    if (moment == Moment::stopping && progress.failed > 1) kill(self, SIGKILL);
    if (moment == Moment::joining && progress.done == progress.total) kill(self, SIGKILL);
  };
  run(options, Processes{}, tasks(moment == Moment::joining ? 3 : 30), [&](int task) {
    if (moment == Moment::joining) return;
    if (task == 0) forever();
    if (task != 5) return;
    if (moment == Moment::stopping) throw std::runtime_error("boom");
    kill(self, SIGKILL);
    forever();
  });
}

TEST_F(ProcessesTest, LeavesNoWorkerBehindWhenTheCallerIsKilled) {
  prctl(PR_SET_CHILD_SUBREAPER, 1);  // orphaned workers become our children
  for (const Moment moment : {Moment::collecting, Moment::stopping, Moment::joining}) {
    const pid_t pid = fork();
    if (pid == 0) {
      caller(moment);
      _exit(0);
    }
    // Returns when the caller and each of its workers have ended; a worker that lives on would hold
    // it up until the test's own time is over.
    int killed = 0;
    int status = 0;
    while (waitpid(-1, &status, 0) > 0) killed += WIFSIGNALED(status) ? 1 : 0;
    EXPECT_GE(killed, 2) << "moment " << static_cast<int>(moment);
  }
  prctl(PR_SET_CHILD_SUBREAPER, 0);
}

}  // namespace
}  // namespace workbench
