// Programs that hang, each in a way of its own. Each of them is proved to hang.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/aio_abi.h>
#include <linux/futex.h>
#include <poll.h>
#include <semaphore.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/posix/unique_fd.h"
#include "scenarios/hang_proof/holders.h"
#include "tests/scenarios/hang_proof/lives.h"
#include "tests/support/pair.h"

extern "C" {  // glibc 2.36 does not declare it so itself
#include <sys/pidfd.h>
}

namespace workbench::hang_proof {
namespace {

using testing::connect_to_self;
using testing::expect_hang;
using testing::has_tcp;
using testing::Life;
using testing::Pair;
using testing::read_one;
using testing::read_own_pipe;
using testing::Tcp;

bool is_fifo(int fd) {
  struct stat file {};
  return fstat(fd, &file) == 0 && S_ISFIFO(file.st_mode);
}

TEST(Hung, WhoPausesAndCatchesNothing) {
  expect_hang([] { pause(); });
  expect_hang([] {
    sigset_t none;
    sigemptyset(&none);
    sigsuspend(&none);
  });
  expect_hang([] { poll(nullptr, 0, -1); });
}

TEST(Hung, ACircleOfMutexes) {
  expect_hang([] {
    std::mutex first;
    std::mutex second;
    std::mutex both_have_one;
    std::condition_variable changed;
    int have_one = 0;
    const auto take = [&](std::mutex& own, std::mutex& other) {
      const std::lock_guard mine(own);
      {
        std::unique_lock lock(both_have_one);
        ++have_one;
        changed.notify_all();
        changed.wait(lock, [&] { return have_one == 2; });
      }
      const std::lock_guard never(other);
    };
    std::thread thread([&] { take(first, second); });
    take(second, first);
    thread.join();
  });
}

TEST(Hung, ADatagramPairWithoutAName) {
  expect_hang([] {
    Pair line;
    if (socketpair(AF_UNIX, SOCK_DGRAM, 0, line.ends) == 0) read_one(line.ends[0]);
  });
}

TEST(Hung, AWriterWhoseSocketIsFull) {
  expect_hang([] {
    Pair line;
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, line.ends) != 0) return;
    const std::vector<char> much(std::size_t{1} << 16U);
    for (;;) {
      if (write(line.ends[0], much.data(), much.size()) < 0) break;
    }
  });
}

TEST(Hung, ATcpConnectionWithBothEndsInside) {
  for (const Tcp kind : {Tcp::v4, Tcp::v6, Tcp::both}) {
    if (!has_tcp(kind)) continue;
    expect_hang([&] {
      Pair line;
      connect_to_self(line, kind);
      read_one(line.ends[0]);
    });
    expect_hang([&] {
      Pair line;
      connect_to_self(line, kind);
      read_one(line.ends[1]);
    });
  }
}

TEST(Hung, ASpliceOfAnEmptyPipe) {
  expect_hang([] {
    Pair from;
    Pair to;
    if (pipe(from.ends) != 0 || pipe(to.ends) != 0) return;
    splice(from.ends[0], nullptr, to.ends[1], nullptr, 1, 0);
  });
  expect_hang([] {
    Pair from;
    Pair to;
    if (pipe(from.ends) != 0 || pipe(to.ends) != 0) return;
    tee(from.ends[0], to.ends[1], 1, 0);
  });
}

TEST(Hung, WhoSendsAFileIntoAFullPipe) {
  expect_hang([] {
    Pair line;
    const int file = memfd_create("much", 0);
    if (pipe(line.ends) != 0 || ftruncate(file, 1 << 20) != 0) return;
    for (;;) {
      if (sendfile(line.ends[1], file, nullptr, 1 << 20) <= 0) break;
    }
  });
}

TEST(Hung, WhoWaitsForSeveralFutexes) {
  expect_hang([] {
    std::array<std::uint32_t, 2> words{};
    std::array<futex_waitv, 2> waits{};
    for (std::size_t i = 0; i < words.size(); ++i) {
      waits.at(i).uaddr = reinterpret_cast<std::uint64_t>(&words.at(i));
      waits.at(i).flags = FUTEX_32 | FUTEX_PRIVATE_FLAG;
    }
    for (;;) syscall(SYS_futex_waitv, waits.data(), waits.size(), 0, nullptr, 0);
  });
}

TEST(Hung, AFifoWhosePathIsGone) {
  const std::string path = ::testing::TempDir() + "fifo-" + std::to_string(getpid());
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  expect_hang([&] {
    const int fd = open(path.c_str(), O_RDWR);
    unlink(path.c_str());
    read_one(fd);
  });
}

TEST(Hung, ASemaphoreWhoseNameIsGone) {
  const std::string name = "/hung-test-" + std::to_string(getpid());
  expect_hang([&] {
    sem_t* semaphore = sem_open(name.c_str(), O_CREAT, 0600, 0);
    sem_unlink(name.c_str());
    while (sem_wait(semaphore) != 0) {
    }
  });
}

TEST(Hung, ASemaphoreInAFileWithoutAName) {
  expect_hang([] {
    const int file = memfd_create("semaphore", 0);
    if (ftruncate(file, sizeof(sem_t)) != 0) return;
    auto* semaphore = static_cast<sem_t*>(
        mmap(nullptr, sizeof(sem_t), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0));
    sem_init(semaphore, 1, 0);
    while (sem_wait(semaphore) != 0) {
    }
  });
}

// As the loops of many libraries: an epoll with a timer that is not set, an eventfd, and an epoll.
TEST(Hung, AnEventLoopWithNothingToDo) {
  expect_hang([] {
    const int inner = epoll_create1(0);
    const int outer = epoll_create1(0);
    epoll_event event{.events = EPOLLIN, .data = {}};
    epoll_ctl(inner, EPOLL_CTL_ADD, timerfd_create(CLOCK_MONOTONIC, 0), &event);
    epoll_ctl(inner, EPOLL_CTL_ADD, eventfd(0, 0), &event);
    epoll_ctl(outer, EPOLL_CTL_ADD, inner, &event);
    while (epoll_wait(outer, &event, 1, -1) != 1) {
    }
  });
}

TEST(Hung, ASelectWithALargeNumber) {
  expect_hang([] {
    constexpr int kLarge = 1500;
    Pair line;
    if (pipe(line.ends) != 0) return;
    dup2(line.ends[0], kLarge);
    std::array<std::uint64_t, 32> set{};
    set.at(kLarge / 64) |= 1ULL << kLarge % 64;
    syscall(SYS_pselect6, kLarge + 1, set.data(), nullptr, nullptr, nullptr, nullptr);
  });
}

TEST(Hung, AParentWhoseChildHangs) {
  expect_hang([] {
    const pid_t child = fork();
    if (child == 0) read_own_pipe();
    waitpid(child, nullptr, 0);
  });
}

// ---- what the proof assumes, and what it leaves behind
// ---------------------------------------------

// Proves that `life` hangs, and then does on purpose what is assumed that nobody does: takes the
// end of its pipe, and writes. The life must go on from exactly where it was: it exits with success
// if its call has returned once, with what was written.
void expect_to_go_on(const std::function<bool(Pair&)>& life) {
  scenarios::ChildProcess child(
      [&] {
        Pair line;
        if (pipe(line.ends) != 0) return EXIT_FAILURE;
        return life(line) ? EXIT_SUCCESS : EXIT_FAILURE;
      },
      scenarios::ChildProcess::Group::own);
  Finding finding;
  for (int proofs = 0; proofs < 5;) {
    finding = examine(testing::children_of_here());
    if (finding.kind == Finding::Kind::hang) ++proofs;
    ASSERT_FALSE(child.wait_until(Clock::now() + std::chrono::milliseconds(1)));  // the pace
  }
  const posix::UniqueFd process(pidfd_open(finding.snapshots.front().process, 0));
  for (int number = 3; number < 20; ++number) {
    const posix::UniqueFd end(pidfd_getfd(process.get(), number, 0));
    const char byte = 1;
    if (end && (fcntl(end.get(), F_GETFL) & O_ACCMODE) == O_WRONLY && is_fifo(end.get())) {
      ASSERT_EQ(write(end.get(), &byte, 1), 1);
      break;
    }
  }
  EXPECT_TRUE(child.wait_until(TimePoint::max()));
  EXPECT_EQ(child.end().code, EXIT_SUCCESS);
}

// The second assumption.
TEST(Hung, WhoWasProvedToHangGoesOnWhenItIsHelped) {
  expect_to_go_on([](Pair& line) {
    char byte = 0;
    return read(line.ends[0], &byte, 1) == 1;
  });
  expect_to_go_on([](Pair& line) {
    pollfd entry{.fd = line.ends[0], .events = POLLIN, .revents = 0};
    return poll(&entry, 1, -1) == 1;
  });
  expect_to_go_on([](Pair& line) {
    fd_set set;
    FD_ZERO(&set);
    FD_SET(line.ends[0], &set);
    return select(line.ends[0] + 1, &set, nullptr, nullptr, nullptr) == 1;
  });
  expect_to_go_on([](Pair& line) {  // one of those that a stop ends with EINTR
    const int epoll = epoll_create1(0);
    epoll_event event{.events = EPOLLIN, .data = {}};
    epoll_ctl(epoll, EPOLL_CTL_ADD, line.ends[0], &event);
    return epoll_wait(epoll, &event, 1, -1) == 1;
  });
  expect_to_go_on([](Pair& line) {
    std::thread reader([&] { read_one(line.ends[0]); });
    reader.join();
    return true;
  });
}

// Proves that `life` hangs; then somebody interferes, and it goes on.
void expect_hang_until(const std::function<void(pid_t process)>& interfere, const Life& life) {
  scenarios::ChildProcess child(testing::as_child(life), scenarios::ChildProcess::Group::own);
  Finding finding;
  while (finding.kind != Finding::Kind::hang) {
    finding = examine(testing::children_of_here());
    ASSERT_FALSE(child.wait_until(Clock::now() + std::chrono::milliseconds(1)));  // the pace
  }
  interfere(finding.snapshots.front().process);
  EXPECT_TRUE(child.wait_until(TimePoint::max()));
  EXPECT_EQ(child.end().code, EXIT_SUCCESS);
}

// Afterwards the kernel shows another call, `restart_syscall`.
TEST(Hung, APollThatWasStoppedAndContinued) {
  const Life life = [] {
    Pair line;
    if (pipe(line.ends) != 0) return;
    pollfd entry{.fd = line.ends[0], .events = POLLIN, .revents = 0};
    poll(&entry, 1, -1);
  };
  scenarios::ChildProcess child(testing::as_child(life), scenarios::ChildProcess::Group::own);
  for (int proofs = 0; proofs < 3;) {
    const Finding finding = examine(testing::children_of_here());
    ASSERT_FALSE(child.wait_until(Clock::now() + std::chrono::milliseconds(1)));  // the pace
    if (finding.kind != Finding::Kind::hang) continue;
    ++proofs;
    kill(finding.snapshots.front().process, SIGSTOP);
    kill(finding.snapshots.front().process, SIGCONT);
  }
}

// The first assumption. Every Python program catches Ctrl-C.
TEST(Hung, WhoeverCatchesCtrlCIsAssumedNotToWaitForIt) {
  expect_hang_until([](pid_t process) { kill(process, SIGINT); },
                    [] {
                      std::signal(SIGINT, [](int) { _exit(EXIT_SUCCESS); });
                      read_own_pipe();
                    });
}

// The third assumption. The kernel signals an eventfd when something comes through a pipe that
// nobody waits for; and the ring by which it was asked to has been taken out of the memory.
TEST(Hung, TheKernelIsAssumedNotToActBehindARingThatIsGone) {
  Pair outer;
  ASSERT_EQ(pipe(outer.ends), 0);
  expect_hang_until(
      [&](pid_t /*process*/) {
        const char byte = 1;
        ASSERT_EQ(write(outer.ends[1], &byte, 1), 1);
      },
      [&] {
        const int done = eventfd(0, 0);
        aio_context_t context = 0;
        iocb request{};
        request.aio_lio_opcode = IOCB_CMD_POLL;
        request.aio_fildes = static_cast<std::uint32_t>(outer.ends[0]);
        request.aio_buf = POLLIN;
        request.aio_flags = IOCB_FLAG_RESFD;
        request.aio_resfd = static_cast<std::uint32_t>(done);
        iocb* requests = &request;
        if (syscall(SYS_io_setup, 1, &context) != 0) _exit(EXIT_FAILURE);
        if (syscall(SYS_io_submit, context, 1, &requests) != 1) _exit(EXIT_FAILURE);
        for (const Mapping& mapping : mappings_of(getpid())) {
          if (mapping.path.starts_with("/[aio]")) {
            munmap(reinterpret_cast<void*>(mapping.begin),  // NOLINT(performance-no-int-to-ptr)
                   mapping.end - mapping.begin);
          }
        }
        eventfd_t times = 0;
        while (eventfd_read(done, &times) != 0) {
        }
      });
}

}  // namespace
}  // namespace workbench::hang_proof
