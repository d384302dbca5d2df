// The demo programs, run as a user runs them: what they print, that the naive ones really hang,
// that wrong input is told in one line, and that nothing is left behind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "scenarios/hang_proof/snapshot.h"
#include "tests/support/child.h"
#include "tests/support/loopback.h"

namespace workbench::testing {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

using Words = std::vector<std::string>;

const std::string kNaive = NAIVE_PROGRAMS;
const std::string kReactor = REACTOR_PROGRAMS;
const Words kPrograms{"basic", "one_worker_fails", "all_workers_fail", "one_task_throws",
                      "fleet_check"};

// The watchdog of each test is its timeout, so no reactor here has a hurry of its own.
const Words kNoHurry{"--timeout-ms", "600000"};

Words operator+(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

// ThreadSanitizer adds a thread that naps and looks around. The programs themselves never nap.
#if defined(__SANITIZE_THREAD__)
constexpr bool kThreadSanitizer = true;
#else
constexpr bool kThreadSanitizer = false;
#endif

bool naps(const hang_proof::ThreadSnapshot& look) {
  const auto call = look.call();
  return call && call->name().ends_with("nanosleep");
}

// Does every thread of the program and of its workers wait without a limit? Two looks tell. (Some
// of these programs wait for a host that the test plays: to the watchdog, that is no hang.)
bool is_blocked(pid_t program) {
  using namespace hang_proof;
  const auto look = [&] {
    auto looks = snapshots_of(processes_of({.root = program}));
    if (kThreadSanitizer) std::erase_if(looks, naps);
    return looks;
  };
  const auto first = look();
  const auto waits = [](const ThreadSnapshot& each) { return each.waits_untimed(); };
  return !first.empty() && std::all_of(first.begin(), first.end(), waits) && first == look();
}

// Waits until the program and all its workers wait for ever. False: it has ended instead. No limit:
// a program that does neither is for the test's timeout.
bool wait_until_blocked(const Child& child) {
  for (;;) {
    siginfo_t ended{};
    waitid(P_PID, static_cast<id_t>(child.pid()), &ended, WEXITED | WNOHANG | WNOWAIT);
    if (ended.si_pid == child.pid()) return false;
    if (is_blocked(child.pid())) return true;
    poll(nullptr, 0, 10);  // the pace of looking; how long it takes decides nothing
  }
}

// A file that goes with the test.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& text) {
    const int fd = mkstemp(path_.data());
    close(fd);
    std::ofstream(path_, std::ios::binary) << text;
  }
  TemporaryFile(const TemporaryFile&) = delete;
  ~TemporaryFile() { std::filesystem::remove(path_); }

  const std::string& path() const { return path_; }

 private:
  std::string path_ = ::testing::TempDir() + "hosts-XXXXXX";
};

// A run of a demo on one runtime. After it there is no child of ours, so no worker either: those
// that lose their parent become ours.
class Demo : public ::testing::TestWithParam<const char*> {
 protected:
  static Child start(const std::string& program, const Words& words = {}) {
    return Child(Words{program, "--runtime", GetParam(), "--task-ms", "0"} + words);
  }

  static Child::Result run(const std::string& program, const Words& words = {}) {
    Child::Result result = start(program, words).wait();
    EXPECT_FALSE(result.left_workers_behind);
    return result;
  }

  void TearDown() override {
    EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
    EXPECT_EQ(errno, ECHILD);
  }
};

const auto kRuntimes = ::testing::Values("threads", "processes");
const auto kNameOfRuntime = [](const auto& test) { return std::string(test.param); };

// ---- naive ----------------------------------------------------------------------------------

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
  EXPECT_THAT(result.err,
              AllOf(HasSubstr("died: std::runtime_error: doomed"), EndsWith("\n")));
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
  const TemporaryFile hosts("# two hosts\n\n" + mail.line() + shell.line());
  const auto result = run(kNaive + "fleet_check", {hosts.path()});
  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(result.out, AllOf(StartsWith("host "), HasSubstr("220 mail\n"),
                                HasSubstr("SSH-2.0-shell\n"), HasSubstr("answers")));
  EXPECT_THAT(result.err, IsEmpty());
}

TEST_P(NaiveDemo, FleetCheckHangsForEverForARefusedHost) {
  const GreetingHost mail("220 mail\r\n");
  const RefusingHost refusing;
  const TemporaryFile hosts(mail.line() + refusing.line() + mail.line());
  const Child child = start(kNaive + "fleet_check", {hosts.path()});
  EXPECT_TRUE(wait_until_blocked(child));
  EXPECT_THAT(child.out(), IsEmpty());
  EXPECT_THAT(child.err(), HasSubstr("Connection refused"));
}

TEST_P(NaiveDemo, FleetCheckWaitsForASilentHost) {
  const GreetingHost mail("220 mail\r\n");
  const SilentHost silent;
  const TemporaryFile hosts(silent.line() + mail.line());
  const Child child = start(kNaive + "fleet_check", {hosts.path()});
  EXPECT_TRUE(wait_until_blocked(child));
  EXPECT_THAT(child.out(), IsEmpty());
  EXPECT_THAT(child.err(), IsEmpty());
}

TEST_P(NaiveDemo, ASignalEndsAHangAndLeavesNoWorkerBehind) {
  for (const int signal : {SIGINT, SIGTERM, SIGKILL}) {
    const SilentHost silent;
    const TemporaryFile hosts(silent.line() + silent.line());
    Child child = start(kNaive + "fleet_check", {hosts.path()});
    EXPECT_TRUE(wait_until_blocked(child));
    child.send(signal);
    EXPECT_EQ(child.wait().code, -signal);
    child.wait_for_workers();
  }
}

// ---- reactor --------------------------------------------------------------------------------

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
  EXPECT_THAT(result.out, AllOf(HasSubstr("died: std::runtime_error: doomed"),
                                HasSubstr("5 tasks: 5 ok")));
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
  const TemporaryFile hosts(mail.line() + mail.line() + mail.line());
  const auto result = run(kReactor + "fleet_check", kNoHurry + Words{hosts.path()});
  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(result.out, AllOf(HasSubstr("220 mail\n"), HasSubstr("3 tasks: 3 ok")));
  EXPECT_THAT(result.err, IsEmpty());
}

TEST_P(ReactorDemo, FleetCheckTellsOfEveryHost) {
  const GreetingHost mail("220 mail\r\n");
  const RefusingHost refusing;
  const SilentHost silent;
  const TemporaryFile hosts(silent.line() + mail.line() + refusing.line());
  const auto result = run(kReactor + "fleet_check", {"--timeout-ms", "3000", hosts.path()});
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.out, AllOf(HasSubstr("timed out"), HasSubstr("220 mail\n"),
                                HasSubstr("connect: Connection refused\n")));
}

TEST_P(ReactorDemo, FleetCheckRaisesARefusedHostWhenItStopsOnError) {
  const RefusingHost refusing;
  const TemporaryFile hosts(refusing.line());
  const auto result =
      run(kReactor + "fleet_check", kNoHurry + Words{"--stop-on-error", hosts.path()});
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, HasSubstr("Connection refused"));
  EXPECT_THAT(result.out, HasSubstr("failed"));
}

TEST_P(ReactorDemo, ASignalLeavesNoWorkerBehind) {
  for (const int signal : {SIGINT, SIGTERM, SIGKILL}) {
    const SilentHost silent;
    const TemporaryFile hosts(silent.line() + silent.line());
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

// ---- the command line -----------------------------------------------------------------------

// Every program of both pools.
class DemoProgram : public ::testing::TestWithParam<std::string> {};

Words all_programs() {
  Words all;
  for (const auto& program : kPrograms) all = all + Words{kNaive + program, kReactor + program};
  return all;
}

INSTANTIATE_TEST_SUITE_P(, DemoProgram, ::testing::ValuesIn(all_programs()), [](const auto& test) {
  const std::filesystem::path path(test.param);
  return path.parent_path().filename().string() + "_" + path.filename().string();
});

// Exit code 2, one line on stderr, nothing on stdout.
void expect_refused(const Words& command, const std::string& why) {
  const Child::Result result = Child(command).wait();
  EXPECT_EQ(result.code, 2) << why;
  EXPECT_THAT(result.out, IsEmpty());
  EXPECT_THAT(result.err, AllOf(HasSubstr(why), EndsWith("\n")));
  EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
}

TEST_P(DemoProgram, ExplainsItself) {
  for (const char* flag : {"-h", "--help"}) {
    const Child::Result result = Child({GetParam(), flag}).wait();
    EXPECT_EQ(result.code, 0);
    EXPECT_THAT(result.out,
                AllOf(HasSubstr("--runtime"), HasSubstr("--workers"), HasSubstr("--task-ms")));
    EXPECT_THAT(result.err, IsEmpty());
  }
}

TEST_P(DemoProgram, RefusesACountOfWorkersThatMakesNoSense) {
  for (const char* count : {"0", "-1", "1025", "99999999999", "two", "2.5", "0x2", ""}) {
    expect_refused({GetParam(), "--workers", count},
                   "--workers: must be a whole number from 1 to 1024, not '" + std::string(count));
  }
}

TEST_P(DemoProgram, RefusesATimeThatMakesNoSense) {
  for (const char* time : {"-1", "coarse_now", "99999999999"}) {
    expect_refused(
        {GetParam(), "--task-ms", time},
        "--task-ms: must be a whole number from 0 to 3600000, not '" + std::string(time));
  }
}

TEST_P(DemoProgram, RefusesAnUnknownRuntime) {
  expect_refused({GetParam(), "--runtime", "fibers"},
                 "--runtime: must be threads or processes, not 'fibers'");
}

TEST_P(DemoProgram, RefusesAnUnknownArgument) {
  const TemporaryFile hosts("localhost 22\n");
  for (const char* word : {"--frobnicate", "-x", "--line\nbreak"}) {
    expect_refused({GetParam(), hosts.path(), word}, "(allowed: --help, --runtime, --workers");
  }
}

TEST_P(DemoProgram, RefusesAnOptionWithoutItsValue) {
  expect_refused({GetParam(), "--workers"}, "--workers");
}

TEST_P(DemoProgram, TellsWhenItsOutputIsLost) {
  const std::string line = R"(exec "$0" --help > /dev/full)";
  const Child::Result result = Child({"/bin/sh", "-c", line, GetParam()}).wait();
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, HasSubstr("cannot write the output"));
}

struct WrongHosts {
  std::string name;
  std::string text;
  std::string complaint;  // what follows the name of the file
};

class FleetCheck : public ::testing::TestWithParam<WrongHosts> {};

INSTANTIATE_TEST_SUITE_P(
    , FleetCheck,
    ::testing::Values(
        WrongHosts{"Nothing", "", ": names no host"},
        WrongHosts{"CommentsOnly", "# host 1\n\n  # more\n", ": names no host"},
        WrongHosts{"NoPort", "a 1\nb\n", ":2: no port after 'b'"},
        WrongHosts{"PortZero", "a 0\n", ":1: the port must be a whole number from 1 to 65535"},
        WrongHosts{"PortTooHigh", "\na 70000\n",
                   ":2: the port must be a whole number from 1 to 65535, not '70000'"},
        WrongHosts{"PortHuge", "a 99999999999\n", ":1: the port must be a whole number"},
        WrongHosts{"PortNegative", "a -1\n", ":1: the port must be a whole number"},
        WrongHosts{"PortNoNumber", "a http\n", ":1: the port must be a whole number"},
        WrongHosts{"TooMuch", "a 1 b\n", ":1: 'b' is too much; a line is 'host port'"},
        WrongHosts{"Binary",
                   std::string("\x7f"
                               "ELF\x01\0\0 1\n",
                               10),
                   ":1: not text"}),
    [](const auto& test) { return test.param.name; });

TEST_P(FleetCheck, RefusesAFileOfHostsWithAFault) {
  const TemporaryFile hosts(GetParam().text);
  for (const std::string& pool : {kNaive, kReactor}) {
    expect_refused({pool + "fleet_check", hosts.path()}, hosts.path() + GetParam().complaint);
  }
}

TEST(FleetCheckInput, RefusesWhatIsNoFile) {
  for (const std::string& pool : {kNaive, kReactor}) {
    expect_refused({pool + "fleet_check"}, "hosts is required");
    expect_refused({pool + "fleet_check", "/nowhere"}, "/nowhere: cannot be read");
    expect_refused({pool + "fleet_check", "/"}, "/: not a file of lines 'host port'");
    expect_refused({pool + "fleet_check", "/dev/zero"}, "not a file of lines 'host port'");
  }
}

}  // namespace
}  // namespace workbench::testing
