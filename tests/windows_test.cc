// A fault in every window of a worker's life, of every kind, in both modes, on both runtimes: the
// run ends, every task is accounted for, and the outcome of the one that was struck says how.
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <tuple>

#include "tests/support/runs.h"
#include "tests/support/runtimes.h"

namespace workbench {
namespace {

using namespace std::chrono_literals;
using reactor::Counts;
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

// Strikes exactly once. Somebody pops a second time, and takes task 2, and worker 0 leaves.
Fault fault_at(const Named& window, FaultKind kind) {
  Fault fault{.kind = kind, .at = window.window, .times = 1, .delay = 1ms};
  if (window.window == Window::before_pop) {
    fault.pop = 2;
  } else if (window.window == Window::before_exit) {
    fault.worker = 0;
  } else {
    fault.task = 2;
  }
  return fault;
}

// The outcome of the struck task.
Counts expected(const Named& window, FaultKind kind) {
  if (kind == FaultKind::slow || !window.task_in_hand) return {.ok = 5};
  if (kind == FaultKind::sleep_forever) return {.ok = 4, .timed_out = 1};
  const bool thrown = kind == FaultKind::throw_standard || kind == FaultKind::throw_nonstandard;
  // The reactor's worker guards the action and the delivery of its result; what is thrown elsewhere
  // ends the worker.
  const bool caught = window.window == Window::in_action || window.window == Window::before_push;
  if (thrown && caught) return {.ok = 4, .failed = 1};
  return {.ok = 4, .lost = 1};
}

reactor::Options options_for(FaultKind kind, bool stop_on_error) {
  reactor::Options options{.stop_on_error = stop_on_error};
  if (kind == FaultKind::sleep_forever) options.result_timeout = testing::kPatience;
  return options;
}

// Did the run go as it should when `kept` is what becomes of the tasks of a run that goes on?
template <class Result>
void check(const testing::Seen<Result>& seen, const Counts& kept, FaultKind kind,
           bool stop_on_error) {
  const Counts counts = seen.counts();
  if (!stop_on_error) {
    EXPECT_FALSE(seen.error);
    EXPECT_EQ(counts, kept);
  } else {
    EXPECT_EQ(seen.error.has_value(), kind != FaultKind::slow);
    EXPECT_EQ(counts.submitted(), 5U);
    EXPECT_EQ(counts.ok + counts.not_started, kept.ok);
    EXPECT_EQ(std::tie(counts.failed, counts.lost, counts.timed_out),
              std::tie(kept.failed, kept.lost, kept.timed_out));
  }
}

template <class Runtime>
void run_and_check(const Named& window, FaultKind kind, bool stop_on_error) {
  const auto seen =
      testing::run_with<Runtime>({fault_at(window, kind)}, options_for(kind, stop_on_error));
  check(seen, expected(window, kind), kind, stop_on_error);
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
  check(seen, expected({"WhilePushing", Window::before_push, true}, kind.kind), kind.kind,
        stop_on_error);
}

INSTANTIATE_TEST_SUITE_P(All, WhilePushingOnProcesses,
                         ::testing::Combine(::testing::ValuesIn(kKinds), ::testing::Bool()),
                         name_without_window);

}  // namespace
}  // namespace workbench
