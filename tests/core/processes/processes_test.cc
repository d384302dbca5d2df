// What the process runtime promises beyond what both runtimes do: nobody is left behind, nothing
// leaks, and who is killed at any instant loses only what was in its hands.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "core/processes/runtime.h"
#include "naive/pool.h"
#include "tests/support/runs.h"

namespace workbench {
namespace {

using namespace std::chrono_literals;
using enum OutcomeKind;
using scenarios::FaultKind;
using scenarios::Window;
using testing::kPatience;
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

// Waits for another process, which has no way to wake this one up.
template <class Condition>
void spin_until(Condition condition) {
  while (!condition()) sched_yield();
}

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

// ---- while pushing --------------------------------------------------------------------------

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
    return std::string(200'000, static_cast<char>('a' + task));
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
    EXPECT_EQ(seen.tally().submitted(), 2U);
    ASSERT_NE(seen.report.outcomes[1].exit(), nullptr);
    EXPECT_EQ(seen.report.outcomes[1].exit()->signal, SIGKILL);
    if (stop_on_error) continue;
    EXPECT_EQ(seen.tally()[ok], 1U);
    EXPECT_EQ(seen.report.outcomes[0].value(), std::string(200'000, 'a'));
  }
}

// ---- what a worker prints -------------------------------------------------------------------

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
  ASSERT_EQ(kept.tally(), (Tally{{failed, 20}}));
  EXPECT_EQ(kept.report.outcomes[0].failure()->what, "cannot be shipped");
  EXPECT_TRUE(kept.report.exits.empty());
  EXPECT_TRUE(run({}, Processes{}, tasks(5), unshippable).error);
}

struct Unreadable {
  std::string text{};
  template <class Archive>
  void save(Archive& archive) const {
    archive(text);
  }
  template <class Archive>
  void load(Archive&) {
    throw std::runtime_error("cannot be read");
  }
};

TEST_F(ProcessesTest, AResultThatCannotBeReadIsAFailureOfItsTask) {
  const auto unreadable = [](int) { return Unreadable{}; };
  const auto kept = run(kKeepGoing, Processes{}, tasks(20), unreadable);
  ASSERT_EQ(kept.tally(), (Tally{{failed, 20}}));
  EXPECT_EQ(kept.report.outcomes[0].failure()->what, "cannot be read");
  EXPECT_TRUE(run({}, Processes{}, tasks(5), unreadable).error);
}

// Where nobody has looked before, the worker is as good as dead.
TEST_F(ProcessesTest, AnItemThatCannotBeReadCostsItsWorker) {
  Processes runtime;
  Processes::Queue<Unreadable> items(runtime, "items");
  std::vector<Exit> exits;
  auto crew = runtime.launch(
      1, [=]() mutable { items.push({}); }, [&](Exit exit) { exits.push_back(std::move(exit)); });
  crew.join();
  ASSERT_EQ(exits.size(), 1U);
  ASSERT_TRUE(exits[0].failure);
  EXPECT_EQ(exits[0].failure->what, "cannot be read");
}

// What points into the other process is no result.
static_assert(!processes::Shippable<std::string_view>);
static_assert(!processes::Shippable<std::span<int>>);
static_assert(!processes::Shippable<int*>);
static_assert(processes::Shippable<std::string>);

// ---- nothing is left ------------------------------------------------------------------------

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
  for (const auto& outcome : report.outcomes) EXPECT_EQ(outcome.value(), before + 2);  // two bells
}

TEST_F(ProcessesTest, KillsItsWorkersWhenTheCrewIsDestroyed) {
  Processes runtime;
  {
    auto crew = runtime.launch(3, [] { scenarios::strike({.kind = FaultKind::sleep_forever}); });
  }
  EXPECT_FALSE(has_children());
}

// A sanitizer opens descriptors of its own to look at an object. Without one, all look broken to
// it.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool kNeedsDescriptors = true;
#elif defined(__has_feature)
constexpr bool kNeedsDescriptors = __has_feature(address_sanitizer);
#else
constexpr bool kNeedsDescriptors = false;
#endif

// While it lives, this process can open just `spare` more descriptors.
class FewDescriptors {
 public:
  explicit FewDescriptors(std::size_t spare) {
    getrlimit(RLIMIT_NOFILE, &enough_);
    const std::vector<processes::Doorbell> lowest_free(spare + 1);
    rlimit few = enough_;
    few.rlim_cur = static_cast<rlim_t>(lowest_free.back().fd());
    setrlimit(RLIMIT_NOFILE, &few);
  }
  FewDescriptors(const FewDescriptors&) = delete;
  ~FewDescriptors() { setrlimit(RLIMIT_NOFILE, &enough_); }

 private:
  rlimit enough_{};
};

TEST_F(ProcessesTest, SaysSoWhenAWorkerCannotBeStarted) {
  if (kNeedsDescriptors) GTEST_SKIP() << "the sanitizer needs descriptors of its own";
  // A worker needs three descriptors: two bells and its pidfd. So the first worker finds too few,
  // or the second one does; any of its three may be the one that is missing.
  for (const bool stop_on_error : {false, true}) {
    for (std::size_t spare = 0; spare < 6; ++spare) {
      std::optional<FewDescriptors> few(spare);
      const auto seen = run({.stop_on_error = stop_on_error}, Processes{}, tasks(5), times_ten);
      few.reset();
      ASSERT_TRUE(seen.error);
      const auto& exit = std::get<Exit>(seen.error->cause());
      EXPECT_EQ(exit.how, Exit::How::not_started);
      EXPECT_EQ(exit.worker, spare < 3 ? 0 : 1);
      EXPECT_EQ(seen.tally().submitted(), 5U);
      EXPECT_EQ(seen.tally()[ok] + seen.tally()[not_started], 5U);
      EXPECT_FALSE(has_children());
    }
  }
}

TEST_F(ProcessesTest, TheNaivePoolThrowsWhenAWorkerCannotBeStarted) {
  if (kNeedsDescriptors) GTEST_SKIP() << "the sanitizer needs descriptors of its own";
  for (std::size_t spare = 0; spare < 6; ++spare) {
    const FewDescriptors few(spare);
    EXPECT_THROW(naive::Pool({}, Processes{}).run(tasks(5), times_ten), std::system_error);
    EXPECT_FALSE(has_children());
  }
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
  }
}

TEST_F(ProcessesTest, TheNaivePoolLeavesNoWorkerBehindWhenItsCallerIsKilled) {
  for (const Moment moment : {Moment::feeding, Moment::waiting, Moment::joining}) {
    const int status = status_of_caller_killed_at(moment, [](const auto& action) {
      naive::Pool({.parallelism = 3}, Lethal{}).run(tasks(3), action);
    });
    EXPECT_TRUE(WIFSIGNALED(status)) << "moment " << static_cast<int>(moment);
  }
}

}  // namespace
}  // namespace workbench
