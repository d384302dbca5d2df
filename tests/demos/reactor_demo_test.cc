// The reactor's demo programs: whatever goes wrong, they end and tell of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string>

#include "tests/support/demo_programs.h"
#include "tests/support/loopback.h"

namespace workbench::testing {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

// The watchdog of each test is its timeout, so no reactor here has a hurry of its own.
const Words kNoHurry{"--timeout-ms", "600000"};

class ReactorDemo : public Demo {};

INSTANTIATE_TEST_SUITE_P(, ReactorDemo, kRuntimes, kNameOfRuntime);

TEST_P(ReactorDemo, BasicGivesEveryTaskItsOutcomeInTaskOrder) {
  const auto result = run(kReactor + "basic", kNoHurry);
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.out,
            "tasks: 0 1 2 3 4\n"
            "task 0: ok 3\ntask 1: ok 7\ntask 2: ok 11\ntask 3: ok 15\ntask 4: ok 19\n"
            "5 tasks: 5 ok, 0 failed, 0 lost, 0 timed out, 0 not started\n");
  EXPECT_THAT(result.err, IsEmpty());
}

TEST_P(ReactorDemo, BasicTellsWhatTimedOut) {
  const auto result = run(kReactor + "basic", {"--task-ms", "3600000", "--timeout-ms", "300"});
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.out, HasSubstr("task 0: timed out after 300 ms\n"));
}

TEST_P(ReactorDemo, OneWorkerFailsNamesTheDeadWorkerAndFinishes) {
  const auto result = run(kReactor + "one_worker_fails", kNoHurry);
  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(result.out,
              AllOf(HasSubstr("died: std::runtime_error: doomed"), HasSubstr("5 tasks: 5 ok")));
  EXPECT_THAT(result.err, IsEmpty());
}

TEST_P(ReactorDemo, OneWorkerFailsRaisesWhenItStopsOnError) {
  const auto result = run(kReactor + "one_worker_fails", kNoHurry + Words{"--stop-on-error"});
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, HasSubstr("died: std::runtime_error: doomed"));
}

TEST_P(ReactorDemo, AllWorkersFailRaisesNoLiveWorkers) {
  const auto result = run(kReactor + "all_workers_fail", kNoHurry);
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, StartsWith("no live workers"));
  EXPECT_THAT(result.out, HasSubstr("5 tasks: 0 ok, 0 failed, 0 lost, 0 timed out, 5 not started"));
}

TEST_P(ReactorDemo, OneTaskThrowsFailsThatTaskAlone) {
  const auto result = run(kReactor + "one_task_throws", kNoHurry);
  EXPECT_EQ(result.code, 1);
  EXPECT_EQ(result.out,
            "tasks: 0 1 2 3 4\n"
            "task 0: ok 3\ntask 1: ok 7\ntask 2: ok 11\n"
            "task 3: failed std::runtime_error: boom\ntask 4: ok 19\n"
            "5 tasks: 4 ok, 1 failed, 0 lost, 0 timed out, 0 not started\n");
  EXPECT_THAT(result.err, IsEmpty());
}

TEST_P(ReactorDemo, OneTaskThrowsRaisesItWithItsTracebackWhenItStopsOnError) {
  const auto result = run(kReactor + "one_task_throws", kNoHurry + Words{"--stop-on-error"});
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.out, HasSubstr("task 3: failed std::runtime_error: boom\n"));
  EXPECT_THAT(result.err, AllOf(StartsWith("task 3: std::runtime_error: boom\n"),
                                HasSubstr("one_task_throws.cc:")));
}

TEST_P(ReactorDemo, FleetCheckSucceedsWhenAllAnswer) {
  const GreetingHost mail("220 mail\r\n");
  const TestFile hosts(mail.line() + mail.line() + mail.line());
  const auto result = run(kReactor + "fleet_check", kNoHurry + Words{hosts.path()});
  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(result.out, AllOf(HasSubstr("220 mail\n"), HasSubstr("3 tasks: 3 ok")));
  EXPECT_THAT(result.err, IsEmpty());
}

TEST_P(ReactorDemo, FleetCheckTellsOfEveryHost) {
  const GreetingHost mail("220 mail\r\n");
  const RefusingHost refusing;
  const SilentHost silent;
  const TestFile hosts(silent.line() + mail.line() + refusing.line());
  const auto result = run(kReactor + "fleet_check", {"--timeout-ms", "3000", hosts.path()});
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.out, AllOf(HasSubstr("timed out"), HasSubstr("220 mail\n"),
                                HasSubstr("connect: Connection refused\n")));
}

TEST_P(ReactorDemo, FleetCheckRaisesARefusedHostWhenItStopsOnError) {
  const RefusingHost refusing;
  const TestFile hosts(refusing.line());
  const auto result =
      run(kReactor + "fleet_check", kNoHurry + Words{"--stop-on-error", hosts.path()});
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, HasSubstr("Connection refused"));
  EXPECT_THAT(result.out, HasSubstr("failed"));
}

TEST_P(ReactorDemo, ASignalLeavesNoWorkerBehind) {
  for (const int signal : {SIGINT, SIGTERM, SIGKILL}) {
    const SilentHost silent;
    const TestFile hosts(silent.line() + silent.line());
    Child child = start(kReactor + "fleet_check", kNoHurry + Words{hosts.path()});
    ASSERT_GE(silent.meet(), 0);  // both workers are at work now
    ASSERT_GE(silent.meet(), 0);
    child.send(signal);
    EXPECT_EQ(child.wait().code, -signal);
    child.wait_for_workers();
  }
}

TEST_P(ReactorDemo, ShowsItsProgressOnATerminal) {
  setenv("TERM", "xterm", 1);
  int master = -1;
  int terminal = -1;
  if (openpty(&master, &terminal, nullptr, nullptr, nullptr) != 0) {
    GTEST_SKIP() << "there are no terminals here: /dev/pts is not mounted";
  }
  Child child({kReactor + "one_task_throws", "--runtime", GetParam(), "--task-ms", "0"}, terminal);
  EXPECT_EQ(child.wait().code, 1);
  close(terminal);  // ours was the last: what is in the terminal now is all
  std::string seen;
  for (char byte = 0; read(master, &byte, 1) == 1;) seen += byte;
  close(master);
  EXPECT_THAT(seen, AllOf(StartsWith("\r["), EndsWith("] 5/5, 1 not ok\r\n")));
}

}  // namespace
}  // namespace workbench::testing
