// Threads share their fate: what ends one worker's process ends the whole program, in any pool.
#include <gtest/gtest.h>

#include <csignal>
#include <memory>
#include <vector>

#include "naive/pool.h"
#include "tests/support/runs.h"
#include "tests/support/runtimes.h"

namespace workbench {
namespace {

using scenarios::FaultKind;
using ::testing::ExitedWithCode;
using ::testing::KilledBySignal;
using testing::run_with;

void run_with_fault(bool stop_on_error, FaultKind kind, int code = 0) {
  run_with<Threads>({{.kind = kind, .task = 2, .code = code}}, {.stop_on_error = stop_on_error});
}

TEST(SharedFateDeathTest, ASignalOnAThreadEndsTheProgram) {
  for (const bool stop_on_error : {false, true}) {
    const auto strike = [&](FaultKind kind) { run_with_fault(stop_on_error, kind); };
    EXPECT_EXIT(strike(FaultKind::kill), KilledBySignal(SIGKILL), "");
    EXPECT_EXIT(strike(FaultKind::segfault), KilledBySignal(SIGSEGV), "");
    EXPECT_EXIT(strike(FaultKind::abort), KilledBySignal(SIGABRT), "");
  }
}

TEST(SharedFateDeathTest, ExitOnAThreadExitsTheProgram) {
  for (const bool stop_on_error : {false, true}) {
    for (const int code : {0, 7}) {
      EXPECT_EXIT(run_with_fault(stop_on_error, FaultKind::exit, code), ExitedWithCode(code), "");
    }
  }
}

TEST(SharedFateDeathTest, ARawThreadEndsTheProgramByAnEscapingException) {
  const auto escape = [] {
    auto injector = std::make_shared<scenarios::Injector>(
        std::vector<scenarios::Fault>{{.at = scenarios::Window::before_pop, .worker = 0}});
    const naive::Pool pool(
        {}, scenarios::Faulty<Threads>(injector, Threads({.on_escape = OnEscape::terminate})));
    pool.run(testing::tasks(5), testing::times_ten);
  };
  EXPECT_EXIT(escape(), KilledBySignal(SIGABRT), "boom");
}
}  // namespace
}  // namespace workbench
