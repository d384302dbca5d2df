// The naive demo programs: what they print, and that they really hang.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <algorithm>
#include <csignal>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "scenarios/hang_proof/snapshot.h"
#include "tests/support/demo_programs.h"
#include "tests/support/loopback.h"

namespace workbench::testing {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

// ThreadSanitizer adds a thread that naps and looks around. The programs themselves never nap.
#if defined(__SANITIZE_THREAD__)
constexpr bool kThreadSanitizer = true;
#else
constexpr bool kThreadSanitizer = false;
#endif

bool naps(const hang_proof::ThreadSnapshot& thread) {
  const auto call = thread.call();
  return call && call->name().ends_with("nanosleep");
}

// Does every thread of the program and of its workers wait without a limit? Two looks tell. (Some
// of these programs wait for a host that the test plays: to the watchdog, that is no hang.)
bool is_blocked(pid_t program) {
  using namespace hang_proof;
  const auto look = [&] {
    auto threads = snapshots_of(processes_of({.root = program}));
    if (kThreadSanitizer) std::erase_if(threads, naps);
    return threads;
  };
  const auto first = look();
  const auto waits = [](const ThreadSnapshot& each) { return each.waits_untimed(); };
  return !first.empty() && std::all_of(first.begin(), first.end(), waits) && first == look();
}

// Waits until the program and all its workers wait for ever. False: it has ended instead. No limit:
// a program that does neither is for the test's timeout.
bool wait_until_blocked(const Child& child) {
  for (;;) {
    if (child.has_ended()) return false;
    if (is_blocked(child.pid())) return true;
    poll(nullptr, 0, 10);  // the pace of looking; how long it takes decides nothing
  }
}

class NaiveDemo : public Demo {
 protected:
  // The results, sorted: they come in the order of completion.
  static std::string sorted_results(const std::string& out) {
    std::istringstream line(out.substr(out.find("results:") + 8));
    std::vector<int> results{std::istream_iterator<int>(line), {}};
    std::sort(results.begin(), results.end());
    std::string text;
    for (const int result : results) text += std::to_string(result) + " ";
    return text;
  }
};

INSTANTIATE_TEST_SUITE_P(, NaiveDemo, kRuntimes, kNameOfRuntime);

TEST_P(NaiveDemo, BasicGetsEveryResult) {
  const auto result = run(kNaive + "basic", {"--workers", "3"});
  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(result.out, StartsWith("tasks: 0 1 2 3 4\nresults: "));
  EXPECT_EQ(sorted_results(result.out), "3 7 11 15 19 ");
  EXPECT_THAT(result.err, IsEmpty());
}

TEST_P(NaiveDemo, OneWorkerFailsHidesTheErrorFromItsCaller) {
  const auto result = run(kNaive + "one_worker_fails");
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(sorted_results(result.out), "3 7 11 15 19 ");
  EXPECT_THAT(result.err, AllOf(HasSubstr("died: std::runtime_error: doomed"), EndsWith("\n")));
  EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1);
}

TEST_P(NaiveDemo, TheOnlyWorkerFailsAndItHangsForEver) {
  const Child child = start(kNaive + "one_worker_fails", {"--workers", "1"});
  EXPECT_TRUE(wait_until_blocked(child));
  EXPECT_EQ(child.out(), "tasks: 0 1 2 3 4\n");
}

TEST_P(NaiveDemo, AllWorkersFailHangsForEver) {
  const Child child = start(kNaive + "all_workers_fail");
  EXPECT_TRUE(wait_until_blocked(child));
  EXPECT_EQ(child.out(), "tasks: 0 1 2 3 4\n");
}

TEST_P(NaiveDemo, OneTaskThrowsHangsForEver) {
  const Child child = start(kNaive + "one_task_throws");
  EXPECT_TRUE(wait_until_blocked(child));
  EXPECT_EQ(child.out(), "tasks: 0 1 2 3 4\n");
  EXPECT_THAT(child.err(), HasSubstr("died: std::runtime_error: boom"));
}

TEST_P(NaiveDemo, FleetCheckListsHostsThatAnswer) {
  const GreetingHost mail("220 mail\r\n");
  const GreetingHost shell("SSH-2.0-shell");
  const TestFile hosts("# two hosts\n\n" + mail.line() + shell.line());
  const auto result = run(kNaive + "fleet_check", {hosts.path()});
  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(result.out, AllOf(StartsWith("host "), HasSubstr("220 mail\n"),
                                HasSubstr("SSH-2.0-shell\n"), HasSubstr("answers")));
  EXPECT_THAT(result.err, IsEmpty());
}

TEST_P(NaiveDemo, FleetCheckHangsForEverForARefusedHost) {
  const GreetingHost mail("220 mail\r\n");
  const RefusingHost refusing;
  const TestFile hosts(mail.line() + refusing.line() + mail.line());
  const Child child = start(kNaive + "fleet_check", {hosts.path()});
  EXPECT_TRUE(wait_until_blocked(child));
  EXPECT_THAT(child.out(), IsEmpty());
  EXPECT_THAT(child.err(), HasSubstr("Connection refused"));
}

TEST_P(NaiveDemo, FleetCheckWaitsForASilentHost) {
  const GreetingHost mail("220 mail\r\n");
  const SilentHost silent;
  const TestFile hosts(silent.line() + mail.line());
  const Child child = start(kNaive + "fleet_check", {hosts.path()});
  EXPECT_TRUE(wait_until_blocked(child));
  EXPECT_THAT(child.out(), IsEmpty());
  EXPECT_THAT(child.err(), IsEmpty());
}

TEST_P(NaiveDemo, ASignalEndsAHangAndLeavesNoWorkerBehind) {
  for (const int signal : {SIGINT, SIGTERM, SIGKILL}) {
    const SilentHost silent;
    const TestFile hosts(silent.line() + silent.line());
    Child child = start(kNaive + "fleet_check", {hosts.path()});
    EXPECT_TRUE(wait_until_blocked(child));
    child.send(signal);
    EXPECT_EQ(child.wait().code, -signal);
    child.wait_for_workers();
  }
}

}  // namespace
}  // namespace workbench::testing
