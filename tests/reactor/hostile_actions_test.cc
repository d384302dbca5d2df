// Actions that do to their worker whatever a program can do. On processes each ends in the outcome
// that the table states, the other tasks go well, and nobody is left behind. What threads can bear
// is at the end.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csetjmp>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <functional>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "core/processes/runtime.h"
#include "core/this_worker.h"
#include "reactor/reactor.h"
#include "tests/support/runs.h"
#include "tests/support/runtimes.h"
#include "tests/support/sanitizers.h"
#include "tests/support/worker_processes.h"

namespace workbench {
namespace {

using namespace std::chrono_literals;
using enum OutcomeKind;
using testing::kPatience;
using testing::tasks;
using How = Exit::How;

struct End {
  OutcomeKind kind;
  How how = How::returned;
  int number = 0;  // the signal, or the code
};

struct Hostile {
  std::string name;
  std::function<void()> act;
  End end;
};

// ---- what they do ---------------------------------------------------------------------------

Hostile raises(int signal, End end) {
  return {signal_name(signal), [signal] { std::raise(signal); }, end};
}

Hostile dies_of(int signal) { return raises(signal, {lost, How::signal, signal}); }

[[noreturn]] void sleep_forever() {
  for (;;) pause();
}

volatile int depth = 0;

// The compiler must not see that it never ends.
int recurse(int level) {  // NOLINT(misc-no-recursion)
  std::array<volatile char, 1000> frame{};
  frame[0] = static_cast<char>(level);
  return depth < 0 ? level : recurse(level + 1) + frame[0];
}

void come_back_twice() { [[maybe_unused]] const pid_t child = fork(); }

void close_all() { close_range(3, std::numeric_limits<unsigned>::max(), 0); }

void replace_all() {
  const int null = open("/dev/null", O_RDWR);
  for (int fd = 3; fd < 64; ++fd) {
    if (fd != null) dup2(null, fd);
  }
}

void block_everything() {
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, nullptr);
  for (int signal = 1; signal < SIGRTMIN; ++signal) std::signal(signal, SIG_IGN);
}

void ask_for_too_much() {
  const rlimit little{std::size_t{8} << 30U, std::size_t{8} << 30U};
  setrlimit(RLIMIT_AS, &little);
  const std::vector<char> much(std::size_t{16} << 30U);
}

std::jmp_buf frame_of_the_test;

struct ThrowsOnCopy {
  ThrowsOnCopy() = default;
  ThrowsOnCopy(const ThrowsOnCopy& /*other*/) { throw std::runtime_error("copied"); }
};

struct ThrowsInWhat : std::exception {
  const char* what() const noexcept override {  // so to throw here is to terminate
    return std::vector<char>(std::numeric_limits<std::size_t>::max()).data();
  }
};

struct HasNothingToSay : std::exception {
  const char* what() const noexcept override { return nullptr; }
};

void throw_nested() {
  try {
    throw std::out_of_range("inner");
  } catch (...) {
    std::throw_with_nested(std::runtime_error("outer"));
  }
}

std::vector<Hostile> exceptions() {
  const End fails{failed};
  return {
      {"ThrowsAnInt", [] { throw 42; }, fails},
      {"ThrowsAText", [] { throw "text"; }, fails},
      {"ThrowsANullText", [] { throw static_cast<const char*>(nullptr); }, fails},
      {"ThrowsANullPointer", [] { throw nullptr; }, fails},
      {"ThrowsAnExceptionPointer", [] { throw std::exception_ptr(); }, fails},
      {"ThrowsWhatThrowsOnCopy", [] { throw ThrowsOnCopy(); }, fails},
      {"ThrowsANullMessage", [] { throw HasNothingToSay(); }, fails},
      {"ThrowsNested", throw_nested, fails},
      {"ThrowsEscapes", [] { throw std::runtime_error("two\nlines \x1b[31m"); }, fails},
      {"HasNoMemory", [] { throw std::bad_alloc(); }, fails},
  };
}

std::vector<Hostile> on_processes() {
  std::vector<Hostile> all = exceptions();
  for (const int signal : {SIGHUP,  SIGINT,  SIGQUIT,   SIGILL,  SIGTRAP, SIGABRT, SIGBUS,
                           SIGFPE,  SIGKILL, SIGSEGV,   SIGUSR2, SIGPIPE, SIGALRM, SIGTERM,
                           SIGXCPU, SIGXFSZ, SIGVTALRM, SIGPROF, SIGIO,   SIGSYS}) {
    all.push_back(dies_of(signal));
  }
  for (const int signal : {SIGUSR1, SIGCHLD, SIGURG, SIGWINCH, SIGCONT}) {
    all.push_back(raises(signal, {ok}));
  }
  all.push_back(raises(SIGSTOP, {timed_out}));
  const std::vector<Hostile> others{
      {"Exits", [] { std::exit(3); }, {lost, How::exit, 3}},
      {"ExitsAtOnce", [] { _exit(4); }, {lost, How::exit, 4}},
      {"ExitsQuickly", [] { std::quick_exit(5); }, {lost, How::exit, 5}},
      {"Terminates", [] { std::terminate(); }, {lost, How::signal, SIGABRT}},
      {"ThrowsWhatThrowsInWhat", [] { throw ThrowsInWhat(); }, {lost, How::signal, SIGABRT}},
      {"EndsItsThread", [] { pthread_exit(nullptr); }, {lost, How::cancelled}},
      {"BecomesAnother", [] { execl("/bin/false", "false", nullptr); }, {lost, How::exit, 1}},
      {"ComesBackTwice", come_back_twice, {ok}},
      {"ClosesAll", close_all, {lost, How::exception}},
      {"ReplacesAll", replace_all, {lost, How::exception}},
      {"RecursesForEver", [] { depth = recurse(0); }, {lost, How::signal, SIGSEGV}},
      {"BlocksEverything", block_everything, {ok}},
      {"BlocksEverythingAndSleeps",
       [] {
         block_everything();
         sleep_forever();
       },
       {timed_out}},
      {"WantsASession", [] { setsid(); }, {ok}},
      {"WantsItsParentsGroup", [] { setpgid(0, getpgid(getppid())); }, {ok}},
      {"SleepsForEver", sleep_forever, {timed_out}},
  };
  all.insert(all.end(), others.begin(), others.end());
  // A sanitizer reserves terabytes, follows jumps, and has its own way with cancelled processes.
  if (!testing::kAddressSanitizer && !testing::kThreadSanitizer) {
    all.push_back({"AsksForTooMuch", ask_for_too_much, {failed}});
    all.push_back(Hostile{"IsCancelled",
                          [] {
                            pthread_cancel(pthread_self());
                            pthread_testcancel();
                          },
                          {lost, How::cancelled}});
    all.push_back({"JumpsOut", [] { longjmp(frame_of_the_test, 1); }, {lost, How::exit, 9}});
  }
  return all;
}

// ---- what comes of it -----------------------------------------------------------------------

constexpr int kHostile = 4;

reactor::Options options_for(bool stop_on_error) {
  return {.stop_on_error = stop_on_error, .result_timeout = kPatience};
}

auto hostile_action(const Hostile& hostile) {
  return [act = hostile.act](int task) {
    if (task == kHostile) act();
    return 10 * task;
  };
}

void expect_end(const Hostile& hostile, const reactor::Outcome<int>& outcome) {
  // A worker without its line cannot say whether its last result is on the way.
  const bool line_is_cut = hostile.end.how == How::exception;
  if (line_is_cut && outcome.ok()) return;
  ASSERT_EQ(outcome.kind(), hostile.end.kind);
  if (outcome.exit() == nullptr) return;
  EXPECT_EQ(outcome.exit()->how, hostile.end.how) << outcome.exit()->describe();
  const bool signalled = hostile.end.how == How::signal;
  EXPECT_EQ(signalled ? outcome.exit()->signal : outcome.exit()->code, hostile.end.number);
}

class OnProcesses : public ::testing::TestWithParam<Hostile> {
 protected:
  void SetUp() override {
    const rlimit none{0, 0};
    setrlimit(RLIMIT_CORE, &none);
    if (setjmp(frame_of_the_test) != 0) _exit(9);  // where an action has jumped to
  }
  void TearDown() override { EXPECT_FALSE(testing::has_children()); }
};

TEST_P(OnProcesses, OnlyTheTaskIsConcerned) {
  const auto seen =
      testing::run(options_for(false), Processes{}, tasks(12), hostile_action(GetParam()));
  ASSERT_FALSE(seen.error);
  ASSERT_EQ(seen.report.outcomes.size(), 12U);
  for (int task = 0; task < 12; ++task) {
    const auto& outcome = seen.report.outcomes[static_cast<std::size_t>(task)];
    if (task == kHostile) {
      expect_end(GetParam(), outcome);
    } else {
      EXPECT_TRUE(outcome.ok()) << task;
    }
  }
}

TEST_P(OnProcesses, TheRunStops) {
  const auto seen =
      testing::run(options_for(true), Processes{}, tasks(12), hostile_action(GetParam()));
  const auto& outcome = seen.report.outcomes.at(kHostile);
  if (GetParam().end.kind == ok) {
    EXPECT_FALSE(seen.error);
  } else if (!outcome.ok()) {
    ASSERT_TRUE(seen.error);
    EXPECT_EQ(seen.error->task(), std::size_t{kHostile});
  }
  expect_end(GetParam(), outcome);
}

INSTANTIATE_TEST_SUITE_P(Hostile, OnProcesses, ::testing::ValuesIn(on_processes()),
                         [](const auto& each) { return each.param.name; });

// ---- threads --------------------------------------------------------------------------------

std::vector<Hostile> on_threads() {
  std::vector<Hostile> all = exceptions();
  all.push_back({"EndsItsThread", [] { pthread_exit(nullptr); }, {lost, How::cancelled}});
  if (testing::kAddressSanitizer) return all;  // it fails itself when a thread is cancelled
  all.push_back({"IsCancelled",
                 [] {
                   pthread_cancel(pthread_self());
                   pthread_testcancel();
                 },
                 {lost, How::cancelled}});
  return all;
}

class OnThreads : public ::testing::TestWithParam<Hostile> {};

TEST_P(OnThreads, OnlyTheTaskIsConcerned) {
  const auto seen =
      testing::run(options_for(false), Threads{}, tasks(12), hostile_action(GetParam()));
  ASSERT_FALSE(seen.error);
  EXPECT_EQ(seen.tally()[ok], 11U);
  expect_end(GetParam(), seen.report.outcomes.at(kHostile));
}

TEST_P(OnThreads, TheRunStops) {
  const auto seen =
      testing::run(options_for(true), Threads{}, tasks(12), hostile_action(GetParam()));
  ASSERT_TRUE(seen.error);
  EXPECT_EQ(seen.error->task(), std::size_t{kHostile});
}

INSTANTIATE_TEST_SUITE_P(Hostile, OnThreads, ::testing::ValuesIn(on_threads()),
                         [](const auto& each) { return each.param.name; });

// ---- what is said of them -------------------------------------------------------------------

TEST(HostileException, IsSaidOnOneLineWithItsCause) {
  const auto kept = testing::run({.stop_on_error = false}, Threads{}, tasks(2), [](int task) {
    if (task == 0) throw_nested();
    throw std::runtime_error("two\nlines \x1b[31m");
  });
  EXPECT_EQ(kept.report.outcomes[0].failure()->cause, "std::out_of_range: inner");
  const std::string headline = kept.report.outcomes[0].failure()->headline();
  EXPECT_NE(headline.find("outer (because of std::out_of_range: inner)"), std::string::npos)
      << headline;
  EXPECT_EQ(kept.report.outcomes[1].failure()->headline(), "std::runtime_error: two?lines ?[31m");
}

}  // namespace
}  // namespace workbench
