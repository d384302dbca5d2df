// The end of a process and of all that came from it.
#include "scenarios/process/child_process.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <vector>

#include "tests/support/pair.h"

namespace workbench::scenarios {
namespace {

using testing::Pair;
using testing::read_one;

TEST(ChildProcess, GivesUpOnDescendantsThatItMayNotKill) {
  if (getuid() != 0) GTEST_SKIP() << "only root can start a process that it cannot kill then";
  Pair line;  // keeps the defiant one for as long as the test runs
  ASSERT_EQ(pipe(line.ends), 0);
  const pid_t watchdog = fork();
  if (watchdog == 0) {
    constexpr uid_t kNobody = 65534;
    close(line.ends[1]);
    const pid_t defiant = fork();
    if (defiant == 0) {
      read_one(line.ends[0]);
      _exit(0);
    }
    if (setresuid(kNobody, kNobody, kNobody) != 0) _exit(2);
    _exit(ChildProcess::end_all() == std::vector{defiant} ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(watchdog, &status, 0), watchdog);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace workbench::scenarios
