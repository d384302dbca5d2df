// Waits for a lock of a file: proved to hang where whoever could release it is inside, and idle
// where somebody outside could.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "core/posix/unique_fd.h"
#include "tests/scenarios/hang_proof/lives.h"
#include "tests/support/pair.h"

namespace workbench::hang_proof {
namespace {

using testing::expect_hang;
using testing::expect_no_hang;
using testing::expect_to_wait_for;
using testing::Pair;
using testing::read_one;

/// Files that processes lock.
class LockFiles : public ::testing::Test {
 protected:
  LockFiles() {
    for (std::string& each : paths_) close(mkstemp(each.data()));
  }
  ~LockFiles() override {
    for (const std::string& each : paths_) unlink(each.c_str());
  }

  int open_first() const { return open(paths_[0].c_str(), O_RDWR | O_CLOEXEC); }
  int open_second() const { return open(paths_[1].c_str(), O_RDWR | O_CLOEXEC); }

 private:
  std::string paths_[2]{::testing::TempDir() + "lock-XXXXXX", ::testing::TempDir() + "lock-XXXXXX"};
};

using Hung = LockFiles;
using Living = LockFiles;

struct Range {
  off_t start = 0;
  off_t size = 0;  // 0: to the end, however far
};

/// fcntl(2): `command` is F_SETLKW, or F_OFD_SETLKW.
void set_lock(int fd, int command, short type, Range range = {}) {
  struct flock wish {};
  wish.l_type = type;
  wish.l_whence = SEEK_SET;
  wish.l_start = range.start;
  wish.l_len = range.size;
  if (fcntl(fd, command, &wish) != 0) _exit(EXIT_FAILURE);
}

/// Forks a child, whose life this is, and waits for its end.
template <class ChildLife>
void wait_for_child(ChildLife life) {
  const pid_t child = fork();
  if (child == 0) {
    life();
    _exit(EXIT_SUCCESS);
  }
  waitpid(child, nullptr, 0);
}

TEST_F(Hung, TwoProcessesThatTakeLocksCrosswise) {
  expect_hang([&] {
    Pair turn;
    Pair reply;
    if (pipe(turn.ends) != 0 || pipe(reply.ends) != 0) return;
    const bool is_child = fork() == 0;
    const char byte = 1;
    flock(is_child ? open_first() : open_second(), LOCK_EX);
    if (write(is_child ? turn.ends[1] : reply.ends[1], &byte, 1) != 1) return;
    read_one(is_child ? reply.ends[0] : turn.ends[0]);
    flock(is_child ? open_second() : open_first(), LOCK_EX);
  });
}

TEST_F(Hung, WhoWaitsForALockThatAParentHolds) {
  for (const int command : {F_SETLKW, F_OFD_SETLKW}) {
    expect_hang([&] {
      set_lock(open_first(), command, F_WRLCK);
      wait_for_child([&] { set_lock(open_first(), command, F_WRLCK, {10, 5}); });
    });
  }
  expect_hang([&] {  // both kinds are in each other's way
    set_lock(open_first(), F_SETLKW, F_RDLCK, {10, 5});
    wait_for_child([&] { set_lock(open_first(), F_OFD_SETLKW, F_WRLCK, {14, 0}); });
  });
}

// The child holds the lock as well, and does not know.
TEST_F(Hung, WhoHasInheritedALockAndWaitsForIt) {
  expect_hang([&] {
    flock(open_first(), LOCK_SH);
    wait_for_child([&] { flock(open_first(), LOCK_EX); });
  });
  expect_hang([&] {  // and so does one alone who opens the file twice
    flock(open_first(), LOCK_EX);
    flock(open_first(), LOCK_EX);
  });
}

TEST_F(Living, ALockThatSomebodyOutsideHolds) {
  const posix::UniqueFd ours(open_first());
  const std::string why = "its lock is held by process " + std::to_string(getpid());
  flock(ours.get(), LOCK_EX);
  const auto take = [&] { flock(open_first(), LOCK_EX); };
  expect_no_hang(why, take);
  expect_to_wait_for([&] { flock(ours.get(), LOCK_UN); }, take);

  for (const int command : {F_SETLKW, F_OFD_SETLKW}) {
    set_lock(ours.get(), command, F_WRLCK);
    const auto set = [&] { set_lock(open_first(), command, F_WRLCK); };
    expect_no_hang(why, set);
    expect_to_wait_for([&] { set_lock(ours.get(), command, F_UNLCK); }, set);
  }
}

// Who has the same open file may release the lock.
TEST_F(Living, ALockThatIsHeldOutsideAsWell) {
  const posix::UniqueFd shared(open_first());
  expect_to_wait_for([&] { flock(shared.get(), LOCK_UN); },
                     [&] {
                       flock(shared.get(), LOCK_EX);
                       flock(open_first(), LOCK_EX);
                     });
  expect_to_wait_for([&] { set_lock(shared.get(), F_OFD_SETLKW, F_UNLCK); },
                     [&] {
                       set_lock(shared.get(), F_OFD_SETLKW, F_WRLCK);
                       set_lock(open_first(), F_OFD_SETLKW, F_WRLCK);
                     });
}

// Somebody inside holds locks, too: of other bytes, of another file, and as a reader.
TEST_F(Living, ALockThatIsNotTheOneThatIsInTheWay) {
  const posix::UniqueFd ours(open_first());
  set_lock(ours.get(), F_SETLKW, F_WRLCK, {10, 5});
  expect_to_wait_for([&] { set_lock(ours.get(), F_SETLKW, F_UNLCK); },
                     [&] {
                       set_lock(open_first(), F_SETLKW, F_WRLCK, {0, 10});
                       set_lock(open_first(), F_SETLKW, F_RDLCK, {15, 5});
                       set_lock(open_second(), F_SETLKW, F_WRLCK);
                       wait_for_child([&] { set_lock(open_first(), F_SETLKW, F_RDLCK, {10, 7}); });
                     });
}

// Processes that share a table of descriptors are one owner of such locks.
TEST_F(Living, ALockWhoseOwnerSharesItsDescriptorsWithSomebodyOutside) {
  const posix::UniqueFd ours(open_first());
  testing::expect_clone_to_wait_for(
      CLONE_FILES, [&] { set_lock(ours.get(), F_SETLKW, F_UNLCK); },
      [&] {
        set_lock(ours.get(), F_SETLKW, F_WRLCK);
        wait_for_child([&] { set_lock(open_first(), F_SETLKW, F_WRLCK); });
      });
}

}  // namespace
}  // namespace workbench::hang_proof
