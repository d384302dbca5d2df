// `workbench watch`: what it passes through, what it ends, and what Ctrl-C does.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "core/posix/unique_fd.h"
#include "scenarios/hang_proof/proc.h"
#include "scenarios/hang_proof/snapshot.h"
#include "tests/support/foreign_programs.h"

namespace workbench {
namespace {

using testing::Child;
using ::testing::HasSubstr;
using testing::kPrograms;
using testing::python;
using testing::sh;
using testing::watch;
using testing::watch_words;
using testing::Words;

TEST(Watch, PassesOutputAndExitCodeThrough) {
  const auto result = watch({}, sh("echo out; echo err >&2; exit 7"));
  EXPECT_EQ(result.code, 7);
  EXPECT_EQ(result.out, "out\n");
  EXPECT_EQ(result.err, "err\n");
}

TEST(Watch, PassesEveryWordOfTheCommandAsItIs) {
  const Words words{"[a,b]", "{}", "", "[", "]", "--json", "--", "-x", "[ -f x ]", "%%"};
  Words command{"printf", "<%s>\\n"};
  command.insert(command.end(), words.begin(), words.end());
  std::string expected;
  for (const std::string& word : words) expected += "<" + word + ">\n";
  EXPECT_EQ(watch({}, command).out, expected);
}

TEST(Watch, LetsAWorkingPoolWork) {
  const auto result = watch({}, python("working_pool.py"));
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.out, "328350\n");
}

TEST(Watch, SaysWhichSignalEndedTheCommand) {
  const auto result = watch({"--json"}, sh("kill -SEGV $$"));
  EXPECT_EQ(result.code, 128 + SIGSEGV);
  const auto json = nlohmann::json::parse(result.out);
  EXPECT_EQ(json["verdict"], "crash");
  EXPECT_EQ(json["signal"], "SIGSEGV");
}

TEST(Watch, KeepsStdoutForTheObject) {
  const auto result = watch({"--json"}, sh("echo out"));
  EXPECT_EQ(nlohmann::json::parse(result.out)["verdict"], "completed");
  EXPECT_THAT(result.err, HasSubstr("out\n"));
}

TEST(Watch, DoesNotCallAProgramHungThatAnAlarmWillWake) {
  EXPECT_EQ(watch({}, {kPrograms + "foreign_alarm"}).code, 42);
}

TEST(Watch, DoesNotCallAProgramHungWhoseSocketHasALimitOfTime) {
  EXPECT_EQ(watch({}, {kPrograms + "foreign_socket_limit"}).code, 42);
}

TEST(Watch, WaitsForAProgramThatWasStoppedAndContinued) {
  // The shell is stopped in the middle of a wait for its child, and continued by that child.
  const auto result = watch({}, sh("(kill -STOP $PPID; kill -CONT $PPID) & wait; echo done"));
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.out, "done\n");
}

TEST(Watch, EndsWhatTheCommandLeavesBehind) {
  const auto result = watch({}, sh("sleep 1000 & exit 3"));
  EXPECT_EQ(result.code, 3);
  EXPECT_THAT(result.err, HasSubstr("1 processes outlived the command"));
}

TEST(Watch, ReapsWhoHasLostItsParent) {
  // `kill -0` succeeds until the process is reaped.
  const auto result = watch({}, sh("(sleep 0.05 & echo $!) | (read orphan; "
                                   "while kill -0 $orphan; do sleep 0.01; done; echo gone)"));
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.out, "gone\n");
}

TEST(Watch, LeavesTheChildrenAloneThatItWasGiven) {
  Child shell({"/bin/sh", "-c",
               "sleep 1000 & server=$!; " + std::string(WORKBENCH_PROGRAM) +
                   " watch -- true; kill -0 $server && kill $server && echo alive"});
  EXPECT_EQ(shell.wait().out, "alive\n");
}

TEST(Watch, KnowsTheExitCodeAlsoWhereSigchldIsIgnored) {
  Child python({"/usr/bin/env", "python3", "-c",
                "import os, signal\n"
                "signal.signal(signal.SIGCHLD, signal.SIG_IGN)\n"
                "os.execv('" WORKBENCH_PROGRAM
                "', ['workbench', 'watch', '--', 'sh', '-c', 'exit 7'])"});
  EXPECT_EQ(python.wait().code, 7);
}

TEST(Watch, HandsOnWhichSignalsAreIgnored) {
  Child shell({"/bin/sh", "-c",
               "trap '' HUP; exec " WORKBENCH_PROGRAM
               " watch -- sh -c 'kill -HUP $$; echo lives'"});
  EXPECT_EQ(shell.wait().out, "lives\n");
}

TEST(Watch, SaysWithItsExitCodeWhatNobodyReads) {
  Child shell({"/bin/sh", "-c",
               "{ " WORKBENCH_PROGRAM " watch -- python3 -c 'import threading; "
               "threading.Event().wait()' 2>&1; echo $? >&2; } | true"});
  EXPECT_EQ(shell.wait().err, "3\n");
}

TEST(Watch, IsEndedByNoSignalThatAsksWhatItWaitsFor) {
  Child watchdog(watch_words({}, sh("echo begun >&2; sleep 0.5; exit 9")));
  while (watchdog.err().empty()) poll(nullptr, 0, 1);  // the pace of looking, nothing more
  watchdog.send(SIGUSR1);
  const Child::Result result = watchdog.wait();
  EXPECT_EQ(result.code, 9);
  EXPECT_THAT(result.err, HasSubstr("thread"));
}

TEST(Watch, LeavesNobodyBehindWhicheverOfItsProcessesIsKilled) {
  for (const bool supervisor : {false, true}) {
    Child watchdog(watch_words({}, sh("sleep 1000 & echo begun >&2; sleep 1000")));
    while (watchdog.err().empty()) poll(nullptr, 0, 1);  // the pace of looking, nothing more
    const auto descendants = hang_proof::processes_of({.root = watchdog.pid(), .with_root = false});
    kill(supervisor ? descendants.front() : watchdog.pid(), SIGKILL);
    const Child::Result result = watchdog.wait();
    for (const pid_t each : descendants) {
      while (hang_proof::exists(each, each)) poll(nullptr, 0, 1);  // or the test takes too long
    }
    EXPECT_EQ(supervisor ? result.code : 128 + SIGKILL, 128 + SIGKILL);
  }
}

TEST(Watch, NamesTheFirstThatWasKilled) {
  if (getuid() != 0) GTEST_SKIP() << "only root hears of all ends";
  const auto result = watch({"--json"}, {"python3", "-c",
                                         "import os, signal\n"
                                         "r, w = os.pipe()\n"
                                         "worker = os.fork()\n"
                                         "if not worker: os.kill(os.getpid(), signal.SIGKILL)\n"
                                         "os.waitpid(worker, 0)\n"
                                         "os.read(r, 1)\n"});
  EXPECT_EQ(result.code, 3) << result.err;
  const auto json = nlohmann::json::parse(result.out);
  EXPECT_THAT(json["first_cause"].get<std::string>(), HasSubstr("was killed by SIGKILL"));
}

TEST(Watch, LetsAProgramCleanUpBeforeItEndsIt) {
  const auto result = watch({"--fail-idle"}, sh("trap 'echo cleaned' TERM; sleep infinity & wait"));
  EXPECT_EQ(result.code, 3);
  EXPECT_EQ(result.out, "cleaned\n");
}

// At random instants, also while the tree is frozen: the program hangs from its first moment on.
// WORKBENCH_STORM_RUNS asks for more.
TEST(Watch, LeavesNobodyBehindInAStorm) {
  constexpr std::array kSignals{SIGKILL, SIGTERM, SIGINT,  SIGHUP,
                                SIGQUIT, SIGUSR1, SIGSEGV, SIGPIPE};
  const char* asked = std::getenv("WORKBENCH_STORM_RUNS");
  const int runs = asked == nullptr ? 60 : std::atoi(asked);
  std::mt19937 random(1);
  for (int run = 0; run < runs; ++run) {
    Child watchdog(watch_words({}, {kPrograms + "foreign_two_mutexes"}));
    const timespec instant{.tv_sec = 0, .tv_nsec = static_cast<long>(random() % 60'000'000)};
    nanosleep(&instant, nullptr);
    const auto started = hang_proof::processes_of({.root = watchdog.pid(), .with_root = false});
    const bool supervisor = !started.empty() && random() % 2 == 0;
    kill(supervisor ? started.front() : watchdog.pid(), kSignals.at(random() % kSignals.size()));
    watchdog.wait();
    // Who is left ends the rest, and then itself; or this test takes too long.
    while (!hang_proof::processes_of({.root = getpid(), .with_root = false}).empty()) {
      poll(nullptr, 0, 1);
    }
  }
}

// Sends the signal to the watchdog alone, once the command has said that it has begun.
Child::Result interrupt(int signal, const Words& command) {
  Child watchdog(watch_words({"--json"}, command));
  while (watchdog.err().empty()) poll(nullptr, 0, 1);  // the pace of looking, nothing more
  watchdog.send(signal);
  Child::Result result = watchdog.wait();
  EXPECT_FALSE(result.left_workers_behind);
  return result;
}

TEST(Watch, EndsTheWholeTreeWhenItIsInterrupted) {
  // The shell's child ignores the signal.
  const auto result =
      interrupt(SIGINT, sh("(trap '' INT; echo begun >&2; exec sleep 1000) & wait"));
  EXPECT_EQ(result.code, 128 + SIGINT);
  EXPECT_EQ(nlohmann::json::parse(result.out)["signal"], "SIGINT");
}

TEST(Watch, PassesTheCommandsAnswerToASignalThrough) {
  const auto result =
      interrupt(SIGTERM, sh("trap 'exit 7' TERM; echo begun; while :; do sleep 0.01; done"));
  EXPECT_EQ(result.code, 7) << result.err;
  const auto json = nlohmann::json::parse(result.out);
  EXPECT_EQ(json["verdict"], "completed");
  EXPECT_EQ(json["exit_code"], 7);
}

TEST(Watch, EndsByForceWhatDoesNotHeedASignal) {
  const auto result = interrupt(SIGTERM, sh("trap '' TERM; echo begun; exec sleep 1000"));
  EXPECT_EQ(result.code, 128 + SIGTERM) << result.err;
  EXPECT_EQ(nlohmann::json::parse(result.out)["verdict"], "stuck");
}

/// The watchdog on a terminal of its own, with a person before it.
class Terminal {
 public:
  explicit Terminal(Words words) {
    pid_ = forkpty(&master_, nullptr, nullptr, nullptr);
    if (pid_ != 0) return;
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  Terminal(const Terminal&) = delete;
  ~Terminal() { close(master_); }

  /// Types when the program waits for that. Ctrl-C a moment earlier would be lost by Python: it
  /// looks for signals, then it begins to read.
  void type(const std::string& keys) const {
    while (!somebody_reads()) poll(nullptr, 0, 1);  // the pace of looking, nothing more
    EXPECT_EQ(write(master_, keys.data(), keys.size()), static_cast<ssize_t>(keys.size()));
  }

  /// Reads on until `text` is seen anew. No limit but the program's end.
  void read_until(const std::string& text) {
    const std::size_t from = seen_.size();
    for (char byte = 0; seen_.find(text, from) == std::string::npos && open_; seen_ += byte) {
      open_ = read(master_, &byte, 1) == 1;
    }
  }

  bool is_open() const { return open_; }

  /// Its exit code.
  int wait() {
    while (open_) read_until("\n");
    int status = 0;
    waitpid(pid_, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

  const std::string& seen() const { return seen_; }

 private:
  bool somebody_reads() const {
    const auto threads =
        hang_proof::snapshots_of(hang_proof::processes_of({.root = pid_, .with_root = false}));
    if (threads.empty()) return true;  // it has ended: nobody will
    return std::any_of(threads.begin(), threads.end(), [](const auto& thread) {
      const auto call = thread.call();
      return thread.waits_untimed() && call->name() == "read" && call->arguments[0] == 0;
    });
  }

  pid_t pid_ = -1;
  int master_ = -1;
  bool open_ = true;
  std::string seen_;
};

// In a container without /dev/pts there are none.
bool has_terminals() {
  const posix::UniqueFd master(posix_openpt(O_RDWR | O_NOCTTY));
  return master && grantpt(master.get()) == 0 && unlockpt(master.get()) == 0 &&
         posix::UniqueFd(open(ptsname(master.get()), O_RDWR | O_NOCTTY));
}

TEST(Watch, LeavesTheFirstCtrlCToTheCommand) {
  if (!has_terminals()) GTEST_SKIP() << "no terminals here";
  Terminal terminal(watch_words({}, python("prompt.py")));
  terminal.read_until("begun");
  terminal.type("\x03");
  terminal.read_until("caught 1");
  terminal.type("bye\n");
  EXPECT_EQ(terminal.wait(), 7) << terminal.seen();
  EXPECT_THAT(terminal.seen(), ::testing::Not(HasSubstr("caught 2")));  // it comes once
}

TEST(Watch, EndsTheWholeTreeAtTheNextCtrlC) {
  if (!has_terminals()) GTEST_SKIP() << "no terminals here";
  Terminal terminal(watch_words({}, python("prompt.py")));
  // Two that come at once are one, so the person goes on until it has ended.
  for (terminal.read_until("begun"); terminal.is_open(); terminal.read_until("caught")) {
    terminal.type("\x03");
  }
  EXPECT_EQ(terminal.wait(), 128 + SIGINT) << terminal.seen();
}

}  // namespace
}  // namespace workbench
