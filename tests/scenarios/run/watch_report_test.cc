// `workbench watch`: what it says of a program, where it writes that, and how it watches one that
// runs already.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

#include "scenarios/hang_proof/proc.h"
#include "tests/support/foreign_programs.h"
#include "tests/support/test_directory.h"

namespace workbench {
namespace {

using nlohmann::json;
using testing::Child;
using ::testing::Contains;
using ::testing::HasSubstr;
using testing::kPrograms;
using testing::sh;
using testing::TestDirectory;
using testing::watch;
using testing::watch_words;
using testing::Words;
using testing::operator+;

const Words kHangs{kPrograms + "foreign_two_mutexes"};

// Not by PATH.
Words shell(const std::string& script) { return {"/bin/sh", "-c", script}; }

json watched(const Words& options, const Words& command) {
  return json::parse(watch(Words{"--json"} + options, command).out);
}

Child::Result attach(const Child& program, const Words& options) {
  return Child(Words{WORKBENCH_PROGRAM, "watch", "--pid", std::to_string(program.pid())} + options)
      .wait();
}

std::string text_in(const std::filesystem::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

bool is_traced(pid_t process) {
  return hang_proof::text_of(hang_proof::directory_of(process) / "status")
             .find("TracerPid:\t0\n") == std::string::npos;
}

TEST(WatchReport, SaysByWhichCallsEachThreadCameThere) {
  const json report = watched({}, kHangs);
  ASSERT_EQ(report["threads"].size(), 2);
  for (const json& thread : report["threads"]) {
    EXPECT_THAT(thread["stack"], Contains(HasSubstr("two_mutexes.cc:16"))) << thread["stack"];
  }
}

TEST(WatchReport, LeavesTheStacksOutIfItIsAsked) {
  const json report = watched({"--no-stacks"}, kHangs);
  for (const json& thread : report["threads"]) {
    EXPECT_TRUE(thread["stack"].is_null());
  }
}

TEST(WatchReport, NamesTheFirstCauseInTheFirstLines) {
  const std::string err = watch({}, kHangs).err;
  const std::string second = err.substr(err.find('\n') + 1);
  EXPECT_THAT(second, ::testing::StartsWith("workbench: first cause: circular wait"));
}

TEST(WatchReport, NamesThreadsThatWaitForEachOtherThoughOthersGoOn) {
  const json report = watched({"--deadline-ms", "1000"}, {kPrograms + "foreign_partial_hang"});
  EXPECT_EQ(report["verdict"], "idle");
  EXPECT_THAT(report["circular_wait"].get<std::string>(), HasSubstr("waits for a mutex"));
  EXPECT_EQ(report["first_cause"], report["circular_wait"]);
}

TEST(WatchReport, SaysWhereItWaitsIfNoCauseIsKnown) {
  EXPECT_TRUE(watched({}, {"true"})["first_cause"].is_null());  // nothing to say of one that ends
  const json hung = watched({}, {"python3", "-c", "import threading; threading.Event().wait()"});
  EXPECT_THAT(hung["first_cause"].get<std::string>(), HasSubstr("waits for"));
}

TEST(WatchReport, NamesAllThatCouldWakeAnIdleProgram) {
  const json report =
      watched({"--deadline-ms", "1000"}, sh("trap 'echo woken' USR1; sleep 1000 & wait"));
  EXPECT_EQ(report["verdict"], "idle");
  EXPECT_THAT(report["wakers"], Contains(HasSubstr("a limit of time: sleep")));
  EXPECT_THAT(report["wakers"], Contains(HasSubstr("SIGUSR1")));
}

TEST(WatchReport, TellsAnExitCodeOfTheProgramFromItsOwn) {
  EXPECT_THAT(watch({}, sh("exit 3")).err, HasSubstr("the program itself has exited with code 3"));
  EXPECT_THAT(watch({}, sh("exit 124")).err, HasSubstr("the program itself"));
  EXPECT_EQ(watch({}, sh("exit 4")).err, "");
}

TEST(WatchReport, ShowsWhatWasPrintedAndNobodySaw) {
  const auto result = watch({}, kHangs);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.err,
              HasSubstr("has not flushed 20 bytes of its output: left and right, now?"));
  const json report = watched({}, kHangs);
  EXPECT_EQ(report["unflushed"][0]["text"], "left and right, now\n");
  EXPECT_TRUE(watched({"--no-stacks"}, kHangs)["unflushed"].empty());
}

TEST(WatchReport, AsksAToolOfTheUsers) {
  const json report = watched({"--stack-command", "echo asked of"}, kHangs);
  ASSERT_EQ(report["tools"].size(), 1);
  const json& tool = report["tools"][0];
  EXPECT_EQ(tool["tool"], "echo");
  EXPECT_EQ(tool["lines"], json::array({"asked of " + tool["process"].dump()}));
}

TEST(WatchReport, IsNotHeldUpByAToolThatHangs) {
  const json report = watched({"--stack-command", "sleep 1000"}, kHangs);
  EXPECT_EQ(report["verdict"], "hang");
  EXPECT_TRUE(report["tools"].empty());
}

TEST(WatchReport, WritesJunitAndMarkdown) {
  const TestDirectory directory;
  const auto junit = directory.path() / "junit.xml";
  const auto markdown = directory.path() / "summary.md";
  const Words files{"--junit", junit, "--markdown", markdown};
  EXPECT_EQ(watch(files, kHangs).code, 3);
  EXPECT_THAT(text_in(junit), HasSubstr("failures=\"1\""));
  EXPECT_THAT(text_in(junit), HasSubstr("circular wait"));
  EXPECT_EQ(watch(files, sh("exit 0")).code, 0);
  EXPECT_THAT(text_in(junit), HasSubstr("failures=\"0\""));
  // A summary grows.
  EXPECT_THAT(text_in(markdown), HasSubstr("foreign_two_mutexes`: hang"));
  EXPECT_THAT(text_in(markdown), HasSubstr("`sh -c exit 0`: completed"));
}

TEST(WatchReport, WritesACoreFileOfEachProcess) {
  const TestDirectory directory;
  const Words options{"--json", "--core", directory.path()};
  const auto result = watch(options, kHangs);
  if (result.code == 2) GTEST_SKIP() << result.err;
  const json report = json::parse(result.out);
  ASSERT_EQ(report["cores"].size(), 1);
  EXPECT_GT(std::filesystem::file_size(report["cores"][0].get<std::string>()), 0);
}

TEST(WatchReport, SaysAtOnceThatAFileCannotBeWritten) {
  const auto result = watch({"--junit", "/nonexistent/junit.xml"}, sh("echo begun"));
  EXPECT_EQ(result.code, 4);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err, "workbench: cannot write to /nonexistent/junit.xml\n");
}

TEST(WatchReport, ReportsBeforeAnOuterClockEndsIt) {
  Child watchdog(watch_words({}, sh("trap 'exit 5' TERM; echo begun >&2; sleep 1000 & wait")));
  while (watchdog.err().empty()) poll(nullptr, 0, 1);  // the pace of looking, nothing more
  watchdog.send(SIGTERM);
  const Child::Result result = watchdog.wait();
  EXPECT_EQ(result.code, 5);
  EXPECT_THAT(result.err, HasSubstr("asked what it does"));
  EXPECT_THAT(result.err, HasSubstr("process "));
}

TEST(WatchReport, HintsAtTheDashes) {
  const auto result = Child({WORKBENCH_PROGRAM, "watch", "ls", "-d"}).wait();
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("behind --"));
}

// ---- one that runs already

TEST(WatchPid, ProvesAHangAndLetsItGoUnharmed) {
  Child program(kHangs);
  const auto result = attach(program, {"--json"});
  EXPECT_EQ(result.code, 3) << result.err;
  const json report = json::parse(result.out);
  EXPECT_EQ(report["verdict"], "hang");
  EXPECT_EQ(report["pid"], program.pid());
  EXPECT_FALSE(program.has_ended());
  EXPECT_FALSE(is_traced(program.pid()));
}

TEST(WatchPid, EndsItIfItIsAsked) {
  Child program(kHangs);
  EXPECT_EQ(attach(program, {"--kill"}).code, 3);
  EXPECT_EQ(program.wait().code, -SIGTERM);
}

TEST(WatchPid, EndsAllThatItHasStarted) {
  Child program(shell("trap '' TERM; sh -c \"trap '' TERM; sleep 1000\" & sleep 1000"));
  EXPECT_EQ(attach(program, {"--deadline-ms", "300", "--kill"}).code, 124);
  const auto result = program.wait();
  EXPECT_EQ(result.code, -SIGKILL);
  program.wait_for_workers();
}

TEST(WatchPid, LeavesAProgramAloneThatLives) {
  Child program(shell("sleep 1000; exit 7"));
  EXPECT_EQ(attach(program, {"--deadline-ms", "300"}).code, 124);
  EXPECT_FALSE(program.has_ended());
}

TEST(WatchPid, EndsWithTheProgram) {
  Child program(shell("sleep 0.3; exit 7"));
  Child watchdog({WORKBENCH_PROGRAM, "watch", "--pid", std::to_string(program.pid())});
  EXPECT_EQ(program.wait().code, 7);
  const auto result = watchdog.wait();
  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(result.err, HasSubstr("has ended"));
}

TEST(WatchPid, LetsGoWhenItIsInterrupted) {
  Child program(shell("sleep 1000"));
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    Child watchdog({WORKBENCH_PROGRAM, "watch", "--pid", std::to_string(program.pid())});
    // It asks for a report first: then we know that it watches.
    while (watchdog.err().empty()) {
      watchdog.send(SIGUSR1);
      poll(nullptr, 0, 20);  // the pace of asking, nothing more
      if (watchdog.has_ended()) break;
    }
    watchdog.send(signal);
    const int code = watchdog.wait().code;
    // Asked before it had begun to listen, it was ended by that.
    EXPECT_TRUE(code == 128 + signal || code == -SIGUSR1) << code;
    EXPECT_FALSE(program.has_ended());
  }
}

TEST(WatchPid, RefusesWhatItCannotWatch) {
  const auto refused = [](const Words& words) {
    const auto result = Child(Words{WORKBENCH_PROGRAM, "watch"} + words).wait();
    EXPECT_EQ(result.code, 2) << result.err;
    return result.err;
  };
  EXPECT_THAT(refused({"--pid", std::to_string(getpid())}), HasSubstr("is part of it"));
  EXPECT_THAT(refused({"--pid", "2147483647"}), HasSubstr("--pid 2147483647: "));
  EXPECT_THAT(refused({"--pid", "x"}), HasSubstr("--pid"));
  EXPECT_THAT(refused({"--pid", "1", "--", "ls"}), HasSubstr("not both"));
  EXPECT_THAT(refused({"--kill", "--", "ls"}), HasSubstr("--pid"));
  EXPECT_THAT(refused({}), HasSubstr("command"));
}

}  // namespace
}  // namespace workbench
