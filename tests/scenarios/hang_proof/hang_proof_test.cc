// The proof of a hang: what is one, and what only looks like one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/aio_abi.h>
#include <linux/io_uring.h>
#include <semaphore.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "core/exit.h"
#include "core/posix/shared_memory.h"
#include "scenarios/hang_proof/proof.h"
#include "scenarios/process/child_process.h"
#include "tests/scenarios/hang_proof/lives.h"
#include "tests/support/child.h"
#include "tests/support/pair.h"

namespace workbench::hang_proof {
namespace {

using testing::children_of_here;
using testing::expect_hang;
using testing::expect_no_hang;
using testing::Pair;
using testing::read_one;
using testing::read_own_pipe;

TEST(KernelProof, APipeWhoseWritersAreAllInsideIsAHang) {
  expect_hang([] { read_own_pipe(); });
}

TEST(KernelProof, APipeThatSomebodyElseHoldsIsNone) {
  Pair line;
  ASSERT_EQ(pipe(line.ends), 0);
  expect_no_hang("a pipe that it waits for is held outside", [&] { read_one(line.ends[0]); });
}

TEST(KernelProof, ASocketPairInsideIsAHang) {
  expect_hang([] {
    Pair line;
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, line.ends) == 0) read_one(line.ends[0]);
  });
}

TEST(KernelProof, ASocketWhosePeerIsOutsideIsNone) {
  Pair line;
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, line.ends), 0);
  expect_no_hang("the other end of its socket is outside", [&] {
    close(line.ends[1]);
    read_one(line.ends[0]);
  });
}

TEST(KernelProof, AnEventfdCountsWhoHoldsIt) {
  const auto wait_for = [](int fd) {
    eventfd_t rings = 0;
    eventfd_read(fd, &rings);
  };
  expect_hang([&] { wait_for(eventfd(0, 0)); });
  const posix::UniqueFd ours(eventfd(0, 0));
  expect_no_hang("an eventfd that it waits for is held outside", [&] { wait_for(ours.get()); });
}

TEST(KernelProof, ASemaphoreInSharedMemoryCountsWhoSharesIt) {
  const auto wait_for = [](sem_t* semaphore) {
    while (sem_wait(semaphore) != 0) {
    }
  };
  expect_hang([&] {
    const auto semaphore = posix::make_shared_memory<sem_t>();
    sem_init(semaphore.get(), 1, 0);
    wait_for(semaphore.get());
  });
  const auto ours = posix::make_shared_memory<sem_t>();
  sem_init(ours.get(), 1, 0);
  expect_no_hang("memory that it waits for is held outside", [&] { wait_for(ours.get()); });
}

TEST(KernelProof, AProgramWithATimerIsNotHung) {
  expect_no_hang("it has a timer", [] {
    timer_t timer{};
    sigevent event{};
    event.sigev_notify = SIGEV_SIGNAL;
    event.sigev_signo = SIGUSR1;
    timer_create(CLOCK_MONOTONIC, &event, &timer);
    read_own_pipe();
  });
}

TEST(KernelProof, AProgramThatCatchesWhatOthersSendIsNotHung) {
  for (const int signal : {SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGIO, SIGRTMIN, SIGRTMAX}) {
    expect_no_hang("it catches " + signal_name(signal) + ", which anybody may send", [&] {
      std::signal(signal, [](int) {});
      read_own_pipe();
    });
  }
}

TEST(KernelProof, AProgramThatCatchesOnlyItsOwnMisdeedsAndCtrlCHangs) {
  expect_hang([] {
    for (const int signal : {SIGINT, SIGCHLD, SIGPIPE, SIGSEGV}) std::signal(signal, [](int) {});
    read_own_pipe();
  });
}

TEST(KernelProof, ASocketWithALimitOfTimeIsNoHang) {
  const auto receive = [](int option) {
    Pair line;
    const timeval hour{.tv_sec = 3600, .tv_usec = 0};
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, line.ends) != 0) return;
    setsockopt(line.ends[0], SOL_SOCKET, option, &hour, sizeof hour);
    read_one(line.ends[0]);
  };
  expect_no_hang("its socket has a limit of time", [&] { receive(SO_RCVTIMEO); });
  expect_hang([&] { receive(SO_SNDTIMEO); });  // it does not send
}

TEST(KernelProof, WhoTracesAProcessOutsideWaitsForThatOneToo) {
  prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
  const pid_t outside = getpid();
  const auto trace = [&] { return ptrace(PTRACE_SEIZE, outside, nullptr, nullptr) == 0; };
  expect_no_hang("it traces process", [&] {
    // The tracer is a thread. The child lives, so that there is something to wait for in any case.
    std::thread([&] {
      const pid_t child = fork();
      if (child == 0) read_own_pipe();
      if (trace()) waitpid(child, nullptr, 0);
    }).join();
  });
}

TEST(KernelProof, AProgramForWhichTheKernelWorksIsNotHung) {
  expect_no_hang("the kernel reads and writes for it", [] {
    aio_context_t context{};
    if (syscall(SYS_io_setup, 1, &context) == 0) read_own_pipe();
  });
}

TEST(KernelProof, AProgramWithAnIoUringIsNotHung) {
  const auto make_ring = [] {
    io_uring_params parameters{};
    return static_cast<int>(syscall(SYS_io_uring_setup, 1, &parameters));
  };
  const posix::UniqueFd tried(make_ring());
  if (!tried) GTEST_SKIP() << "no io_uring here";
  expect_no_hang("it has an io_uring", [&] {
    if (make_ring() >= 0) read_own_pipe();
  });
}

TEST(KernelProof, AThreadThatNapsKeepsTheProgramAlive) {
  expect_no_hang("nanosleep", [] {
    std::thread napper([] { std::this_thread::sleep_for(std::chrono::hours(1)); });
    napper.join();
  });
}

// As pthread_exit does, which the frames of the test would not let through.
void end_this_thread() { syscall(SYS_exit, 0); }

TEST(KernelProof, AProgramWhoseFirstThreadHasEndedIsJudgedByTheOthers) {
  expect_hang([] {
    std::thread([] { read_own_pipe(); }).detach();
    end_this_thread();
  });
  Pair line;
  ASSERT_EQ(pipe(line.ends), 0);
  expect_no_hang("a pipe that it waits for is held outside", [&] {
    std::thread([&] { read_one(line.ends[0]); }).detach();
    end_this_thread();
  });
}

TEST(KernelProof, NothingLeftIsNotAHang) {
  EXPECT_EQ(examine(children_of_here()).kind, Finding::Kind::alive);
}

// Each thread of it waits for most of its time, and at nearly every look all of them seem to.
// WORKBENCH_LOOKS=1000000 asks for more.
TEST(KernelProof, NeverFindsAHangInALivePingPong) {
  const char* asked = std::getenv("WORKBENCH_LOOKS");
  const long looks = asked != nullptr ? std::strtol(asked, nullptr, 10) : 5'000;
  const testing::Child program({FOREIGN_PROGRAMS "foreign_ping_pong"});
  for (long i = 0; i < looks; ++i) {
    const Finding finding = examine({.root = program.pid()});
    ASSERT_EQ(finding.kind, Finding::Kind::alive) << "look " << i << ": " << finding.why;
  }
  EXPECT_FALSE(program.has_ended());  // all looks were at one that lives
}

}  // namespace
}  // namespace workbench::hang_proof
