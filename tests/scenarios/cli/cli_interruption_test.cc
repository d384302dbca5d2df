// Whatever ends `run` or `compare`: nothing that they have started is left, not even what the
// program of an outside pool has started itself.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/child.h"
#include "tests/support/command_line.h"
#include "tests/support/test_directory.h"

namespace workbench {
namespace {

using testing::Child;
using ::testing::HasSubstr;
using testing::TestDirectory;

// A pool from outside that says through a fifo that it is at work, and then works on, in two
// processes of which one is a grandchild of its shell.
class AtWork {
 public:
  explicit AtWork(const std::string& command) : child_(prepared(command)) {
    const int fd = open(fifo().c_str(), O_RDONLY);  // waits until it writes
    std::array<char, 16> word{};
    EXPECT_GT(read(fd, word.data(), word.size()), 0);
    close(fd);
  }

  Child& child() { return child_; }
  bool has_left_files() const { return !std::filesystem::is_empty(directory_.path() / "tmp"); }

 private:
  // Makes the fifo and the directory, and returns the words of the command.
  std::vector<std::string> prepared(const std::string& command) const {
    const std::string directory = (directory_.path() / "tmp").string();
    std::filesystem::create_directory(directory);
    EXPECT_EQ(mkfifo(fifo().c_str(), 0600), 0);
    return {"/usr/bin/env",
            "TMPDIR=" + directory,
            WORKBENCH_PROGRAM,
            command,
            "huge-results",
            "--subject-command",
            "(sleep 1000 & echo here > " + fifo() + "; sleep 1000) & wait"};
  }
  std::string fifo() const { return (directory_.path() / "fifo").string(); }

  TestDirectory directory_;
  Child child_;
};

class Interrupted : public ::testing::TestWithParam<std::string> {};

TEST_P(Interrupted, LeavesNothingBehind) {
  for (const int signal : {SIGINT, SIGQUIT, SIGTERM, SIGHUP}) {
    AtWork at_work(GetParam());
    at_work.child().send(signal);
    const Child::Result result = at_work.child().wait();
    EXPECT_EQ(result.code, -signal) << result.err;
    EXPECT_FALSE(result.left_workers_behind);
    EXPECT_FALSE(at_work.has_left_files());
  }
}

TEST_P(Interrupted, ByTheTerminalLeavesNothingBehind) {
  AtWork at_work(GetParam());
  kill(-at_work.child().pid(), SIGINT);  // to all of the group, as Ctrl-C does
  const Child::Result result = at_work.child().wait();
  EXPECT_EQ(result.code, -SIGINT) << result.err;
  EXPECT_FALSE(result.left_workers_behind);
  EXPECT_FALSE(at_work.has_left_files());
}

TEST_P(Interrupted, ByAKillLeavesNoProcessBehind) {
  AtWork at_work(GetParam());
  at_work.child().send(SIGKILL);
  // Its watchdogs end what is theirs. All that has lost its parent is ours: without limit, since
  // what is left behind would sleep for a quarter of an hour.
  while (wait(nullptr) > 0 || errno == EINTR) {
  }
  EXPECT_EQ(errno, ECHILD);
}

INSTANTIATE_TEST_SUITE_P(Command, Interrupted, ::testing::Values("run", "compare"),
                         [](const auto& command) { return command.param; });

TEST(AKilledWatchdog, MakesOneRunInvalidAndNoMore) {
  // Its shell takes the place of the process of the run, whose parent is the watchdog.
  const auto result = testing::workbench(
      {"compare", "no-fault", "one-task-throws", "--subject-command",
       "test $WORKBENCH_NAME = no-fault || exit 0; sleep 1000 & kill -KILL $PPID; sleep 1000"});
  EXPECT_EQ(result.code, 1) << result.err;
  EXPECT_THAT(result.out, HasSubstr("x invalid"));
  EXPECT_THAT(result.out, HasSubstr("its watchdog was ended by SIGKILL"));
  EXPECT_THAT(result.out, HasSubstr("it exited with 0 and wrote neither"));
}

}  // namespace
}  // namespace workbench
