// Threads share their fate: what ends one worker's process ends the whole program, in any pool.
#include <gtest/gtest.h>

#include <csignal>
#include <stdexcept>
#include <system_error>
#include <thread>

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

// ---- a worker that the system refuses to start ----------------------------------------------

// Threads, of which only the first few can be had.
struct ScarceSync : StdSync {
  static inline int left = 0;
  class thread : public std::thread {
   public:
    template <class... Arguments>
    explicit thread(Arguments&&... arguments)
        : std::thread(take(), std::forward<Arguments>(arguments)...) {}

   private:
    struct Call {
      template <class F, class... Arguments>
      void operator()(F function, Arguments... arguments) const {
        function(arguments...);
      }
    };
    static Call take() {
      if (left-- > 0) return {};
      throw std::system_error(EAGAIN, std::generic_category(), "no more threads");
    }
  };
};
using ScarceThreads = BasicThreads<ScarceSync>;

TEST(ReactorOnThreads, SaysSoWhenAWorkerCannotBeStarted) {
  for (const bool stop_on_error : {false, true}) {
    for (const int available : {0, 1}) {
      ScarceSync::left = available;
      const auto seen = testing::run({.stop_on_error = stop_on_error}, ScarceThreads{},
                                     testing::tasks(5), testing::times_ten);
      ASSERT_TRUE(seen.error);
      const auto& exit = std::get<Exit>(seen.error->cause());
      EXPECT_EQ(exit.how, Exit::How::not_started);
      EXPECT_EQ(exit.worker, available);
      EXPECT_EQ(seen.report.outcomes.size(), 5U);
    }
  }
}

TEST(NaiveOnThreads, ThrowsWhenAWorkerCannotBeStartedAndJoinsTheOthers) {
  ScarceSync::left = 1;
  EXPECT_THROW(naive::Pool({}, ScarceThreads{}).run(testing::tasks(5), testing::times_ten),
               std::system_error);
}

}  // namespace
}  // namespace workbench
