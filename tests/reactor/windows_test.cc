// A fault in every window of a worker's life, of every kind, in both modes, on both runtimes: the
// run ends, every task is accounted for, and the outcome of the one that was struck says how.
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <string>
#include <tuple>

#include "tests/support/runs.h"
#include "tests/support/runtimes.h"

namespace workbench {
namespace {

using namespace std::chrono_literals;
using enum OutcomeKind;
using scenarios::Fault;
using scenarios::FaultKind;
using scenarios::Window;

struct Named {
  const char* name;
  Window window;
  bool task_in_hand;
};
constexpr Named kWindows[] = {
    {"BeforePop", Window::before_pop, false}, {"AfterPop", Window::after_pop, true},
    {"InAction", Window::in_action, true},    {"BeforePush", Window::before_push, true},
    {"AfterPush", Window::after_push, false}, {"BeforeExit", Window::before_exit, false},
};

struct Kind {
  const char* name;
  FaultKind kind;
  bool ends_the_process;
};
constexpr Kind kKinds[] = {
    {"Throw", FaultKind::throw_standard, false},
    {"ThrowNonstandard", FaultKind::throw_nonstandard, false},
    {"SleepForever", FaultKind::sleep_forever, false},
    {"Slow", FaultKind::slow, false},
    {"Exit", FaultKind::exit, true},
    {"Abort", FaultKind::abort, true},
    {"Segfault", FaultKind::segfault, true},
    {"Kill", FaultKind::kill, true},
};

// The task that is struck, where one is.
constexpr TaskId kStruckTask = 2;

// Strikes exactly once. Somebody pops a second time, and takes task 2, and worker 0 leaves.
Fault fault_at(const Named& window, FaultKind kind) {
  Fault fault{.kind = kind, .at = window.window, .times = 1, .delay = 1ms};
  if (window.window == Window::before_pop) {
    fault.pop = 2;
  } else if (window.window == Window::before_exit) {
    fault.worker = 0;
  } else {
    fault.task = kStruckTask;
  }
  return fault;
}

bool is_thrown(FaultKind kind) {
  return kind == FaultKind::throw_standard || kind == FaultKind::throw_nonstandard;
}

// What becomes of the tasks of a run that goes on.
Tally expected(const Named& window, FaultKind kind) {
  if (kind == FaultKind::slow || !window.task_in_hand) return {{ok, 5}};
  if (kind == FaultKind::sleep_forever) return {{ok, 4}, {timed_out, 1}};
  // The reactor's worker guards the action and the delivery of its result; what is thrown elsewhere
  // ends the worker.
  const bool caught = window.window == Window::in_action || window.window == Window::before_push;
  if (is_thrown(kind) && caught) return {{ok, 4}, {failed, 1}};
  return {{ok, 4}, {lost, 1}};
}

reactor::Options options_for(FaultKind kind, bool stop_on_error) {
  reactor::Options options{.stop_on_error = stop_on_error};
  if (kind == FaultKind::sleep_forever) options.result_timeout = testing::kPatience;
  return options;
}

// Does this say how the fault struck? Of a process, the system knows more than of a thread.
void expect_to_name(const Failure& failure, FaultKind kind) {
  EXPECT_EQ(failure.type, kind == FaultKind::throw_standard ? "std::runtime_error" : "int");
}

void expect_to_name(const Exit& exit, FaultKind kind) {
  switch (kind) {
    case FaultKind::exit:
      EXPECT_EQ(exit.how, Exit::How::exit);
      return;
    case FaultKind::abort:
      EXPECT_EQ(exit.signal, SIGABRT);
      return;
    case FaultKind::segfault:
      EXPECT_EQ(exit.signal, SIGSEGV);
      return;
    case FaultKind::kill:
      EXPECT_EQ(exit.signal, SIGKILL);
      return;
    default:
      ASSERT_TRUE(exit.failure);
      expect_to_name(*exit.failure, kind);
  }
}

// The outcome of the struck task names it, and how it was struck.
template <class Result>
void expect_to_name(const reactor::Outcome<Result>& outcome, FaultKind kind) {
  if (const Failure* failure = outcome.failure()) {
    EXPECT_EQ(failure->task, kStruckTask);
    expect_to_name(*failure, kind);
  } else if (const Exit* exit = outcome.exit()) {
    EXPECT_EQ(exit->task, kStruckTask);
    expect_to_name(*exit, kind);
  } else {
    ASSERT_NE(outcome.timed_out(), nullptr);
    EXPECT_EQ(outcome.timed_out()->limit, testing::kPatience);
  }
}

// Did the run go as it should, when `kept` is what becomes of the tasks of a run that goes on?
template <class Result>
void check(const testing::Seen<Result>& seen, const Named& window, FaultKind kind,
           bool stop_on_error) {
  const Tally kept = expected(window, kind);
  const Tally tally = seen.tally();
  const bool harmless = kind == FaultKind::slow;
  ASSERT_EQ(seen.report.outcomes.size(), 5U);
  if (!stop_on_error) {
    // Stuck between two tasks, a worker is ended and replaced; that is no task's outcome.
    EXPECT_FALSE(seen.error);
    EXPECT_EQ(tally, kept);
  } else {
    ASSERT_EQ(seen.error.has_value(), !harmless);
    EXPECT_EQ(tally[ok] + tally[not_started], kept[ok]);
    for (const OutcomeKind bad : {failed, lost, timed_out}) EXPECT_EQ(tally[bad], kept[bad]);
  }
  if (harmless) return;
  if (window.task_in_hand) {
    expect_to_name(seen.report.outcomes[kStruckTask], kind);
    if (stop_on_error) {
      EXPECT_EQ(seen.error->task(), kStruckTask);
    }
  } else if (window.window == Window::after_push && is_thrown(kind)) {
    // The worker guards the delivery of a result, and lives. Its task is ok: the result is there.
    EXPECT_TRUE(seen.report.exits.empty());
    if (stop_on_error) {
      ASSERT_NE(seen.error->failure(), nullptr);
      EXPECT_EQ(seen.error->task(), kStruckTask);
      expect_to_name(*seen.error->failure(), kind);
    }
  } else if (kind != FaultKind::sleep_forever) {
    ASSERT_EQ(seen.report.exits.size(), 1U);
    expect_to_name(seen.report.exits.front(), kind);
  }
}

template <class Runtime>
void run_and_check(const Named& window, FaultKind kind, bool stop_on_error) {
  const auto seen =
      testing::run_with<Runtime>({fault_at(window, kind)}, options_for(kind, stop_on_error));
  check(seen, window, kind, stop_on_error);
}

using Parameters = std::tuple<Named, Kind, bool>;

std::string name_of(const ::testing::TestParamInfo<Parameters>& info) {
  const auto& [window, kind, stop_on_error] = info.param;
  return std::string(kind.name) + window.name + (stop_on_error ? "StopOnError" : "KeepGoing");
}

std::string name_without_window(const ::testing::TestParamInfo<std::tuple<Kind, bool>>& info) {
  const auto& [kind, stop_on_error] = info.param;
  return std::string(kind.name) + (stop_on_error ? "StopOnError" : "KeepGoing");
}

class WindowsOnThreads : public ::testing::TestWithParam<Parameters> {};
class WindowsOnProcesses : public ::testing::TestWithParam<Parameters> {};

TEST_P(WindowsOnThreads, TheRunEndsAndTheStruckTaskIsNamed) {
  const auto& [window, kind, stop_on_error] = GetParam();
  run_and_check<Threads>(window, kind.kind, stop_on_error);
}

TEST_P(WindowsOnProcesses, TheRunEndsAndTheStruckTaskIsNamed) {
  const auto& [window, kind, stop_on_error] = GetParam();
  run_and_check<Processes>(window, kind.kind, stop_on_error);
}

// Threads share their fate: what ends the process is not for them (see fate_test.cc).
INSTANTIATE_TEST_SUITE_P(All, WindowsOnThreads,
                         ::testing::Combine(::testing::ValuesIn(kWindows),
                                            ::testing::ValuesIn(kKinds, kKinds + 4),
                                            ::testing::Bool()),
                         name_of);
INSTANTIATE_TEST_SUITE_P(All, WindowsOnProcesses,
                         ::testing::Combine(::testing::ValuesIn(kWindows),
                                            ::testing::ValuesIn(kKinds), ::testing::Bool()),
                         name_of);

// ---- while pushing --------------------------------------------------------------------------

// A large result that is struck while it is pushed: half of it is on its way into the message.
struct Struck {
  static inline FaultKind kind{};
  int task = 0;
  std::string half = std::string(100'000, 'x');

  template <class Archive>
  void save(Archive& archive) const {
    archive(task, half);
    if (task == 2) scenarios::strike({.kind = kind, .delay = 1ms});
    archive(half);
  }
  template <class Archive>
  void load(Archive& archive) {
    archive(task, half, half);
  }
};

class WhilePushingOnProcesses : public ::testing::TestWithParam<std::tuple<Kind, bool>> {};

TEST_P(WhilePushingOnProcesses, TheRunEndsAndTheStruckTaskIsNamed) {
  const auto& [kind, stop_on_error] = GetParam();
  Struck::kind = kind.kind;
  const auto seen = testing::run(options_for(kind.kind, stop_on_error), Processes{},
                                 testing::tasks(5), [](int task) { return Struck{task}; });
  check(seen, {"WhilePushing", Window::before_push, true}, kind.kind, stop_on_error);
}

INSTANTIATE_TEST_SUITE_P(All, WhilePushingOnProcesses,
                         ::testing::Combine(::testing::ValuesIn(kKinds), ::testing::Bool()),
                         name_without_window);

}  // namespace
}  // namespace workbench
