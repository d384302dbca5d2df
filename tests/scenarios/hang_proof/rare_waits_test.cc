// Waits of kinds that are seldom seen: none may be misread, and none may bring the proof down.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/userfaultfd.h>
#include <linux/vm_sockets.h>
#include <net/ethernet.h>
#include <netinet/in.h>
#include <netpacket/packet.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "core/posix/shared_memory.h"
#include "core/posix/unique_fd.h"
#include "tests/scenarios/hang_proof/lives.h"
#include "tests/support/pair.h"
#include "tests/support/sanitizers.h"

extern "C" {  // glibc 2.36 does not declare it so itself
#include <sys/pidfd.h>
}

namespace workbench::hang_proof {
namespace {

using testing::children_of_here;
using testing::expect_hang;
using testing::expect_no_hang;
using testing::expect_to_live;
using testing::expect_to_wait_for;
using testing::Pair;
using testing::read_one;

void write_one(int fd) {
  const char byte = 1;
  while (write(fd, &byte, 1) < 0) {
  }
}

// ---- epolls in epolls

void watch_with(int epoll, int fd) {
  epoll_event event{.events = EPOLLIN, .data = {}};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0) _exit(EXIT_FAILURE);
}

void wait_in(int epoll) {
  epoll_event event{};
  while (epoll_wait(epoll, &event, 1, -1) != 1) {
  }
}

// The kernel allows no more.
void wait_in_nested_epolls(int fd) {
  constexpr int kDeepest = 5;
  for (int depth = 0; depth < kDeepest; ++depth) {
    const int outer = epoll_create1(0);
    watch_with(outer, fd);
    fd = outer;
  }
  wait_in(fd);
}

TEST(NestedEpolls, AreFollowedToWhatTheInnermostWatches) {
  Pair outer;
  ASSERT_EQ(pipe(outer.ends), 0);
  expect_to_wait_for([&] { write_one(outer.ends[1]); },
                     [&] { wait_in_nested_epolls(outer.ends[0]); });
  expect_hang([] {
    Pair inner;
    if (pipe(inner.ends) == 0) wait_in_nested_epolls(inner.ends[0]);
  });
}

TEST(NestedEpolls, MakeNoCircle) {
  const posix::UniqueFd first(epoll_create1(0));
  const posix::UniqueFd second(epoll_create1(0));
  watch_with(first.get(), second.get());
  epoll_event event{.events = EPOLLIN, .data = {}};
  EXPECT_EQ(epoll_ctl(second.get(), EPOLL_CTL_ADD, first.get(), &event), -1);
  EXPECT_EQ(errno, ELOOP);
}

TEST(NestedEpolls, MayBeMany) {
  Pair outer;
  ASSERT_EQ(pipe(outer.ends), 0);
  expect_no_hang("a pipe that it waits for is held outside", [&] {
    constexpr int kMany = 2'000;
    const rlimit enough{.rlim_cur = kMany + 100, .rlim_max = kMany + 100};
    if (setrlimit(RLIMIT_NOFILE, &enough) != 0) _exit(EXIT_SUCCESS);  // then not so many
    const int all = epoll_create1(0);
    int last = -1;
    for (int i = 0; i < kMany; ++i) {
      last = epoll_create1(0);
      watch_with(all, last);
    }
    watch_with(last, outer.ends[0]);
    wait_in(all);
  });
}

// ---- calls for another kind of processor

#if defined(__x86_64__)

// A call as programs of 32 bits make it: its number means something else in our table.
long call_32(long number, std::uint64_t first, std::uint64_t second, std::uint64_t third,
             std::uint64_t fourth = 0) {
  long result = 0;
  asm volatile("int $0x80"
               : "=a"(result)
               : "a"(number), "b"(first), "c"(second), "d"(third), "S"(fourth)
               : "memory");
  return result;
}
constexpr long kRead32 = 3;
constexpr long kGetpid32 = 20;
constexpr long kClockNanosleep32 = 267;

// Memory that 32 bits reach.
std::uint64_t low_memory() {
  void* page =
      mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
  return reinterpret_cast<std::uint64_t>(page);
}

bool has_calls_of_32_bits() {
  const pid_t child = fork();
  if (child == 0) _exit(call_32(kGetpid32, 0, 0, 0) == getpid() ? EXIT_SUCCESS : EXIT_FAILURE);
  int status = 0;
  return waitpid(child, &status, 0) == child && status == 0;
}

TEST(CallsOf32Bits, AreNotTakenForOurs) {
  if (!has_calls_of_32_bits()) GTEST_SKIP() << "not on this kernel";
  expect_no_hang("system call 3", [] {
    Pair line;
    if (pipe(line.ends) != 0) return;
    call_32(kRead32, static_cast<std::uint64_t>(line.ends[0]), low_memory(), 1);
  });
}

// After a stop, a sleep goes on as `restart_syscall`. Its number is 0 there, and so is that of a
// `read` here; and the number of the clock is that of a pipe whose ends are all inside.
TEST(CallsOf32Bits, AreNotTakenForOursAfterAStop) {
  if (!has_calls_of_32_bits()) GTEST_SKIP() << "not on this kernel";
  expect_to_live([] {
    Pair line;
    if (pipe(line.ends) != 0 || dup2(line.ends[0], CLOCK_MONOTONIC) < 0) return;
    const std::uint64_t time = low_memory();
    *reinterpret_cast<std::int32_t*>(time) = 1;  // NOLINT(performance-no-int-to-ptr)
    const pid_t sleeper = getpid();
    std::signal(SIGCHLD, SIG_IGN);
    if (fork() == 0) {
      for (;;) {  // as soon as it sleeps
        const auto snapshot = snapshot_of(sleeper, sleeper);
        if (snapshot && snapshot->state == 'S' && snapshot->call_line.starts_with("267 ")) break;
        sched_yield();
      }
      kill(sleeper, SIGSTOP);
      kill(sleeper, SIGCONT);
      _exit(EXIT_SUCCESS);
    }
    call_32(kClockNanosleep32, CLOCK_MONOTONIC, 0, time);
  });
}

#endif

// ---- what the kernel holds

/// A control group of its own that freezes what is in it.
class Freezer {
 public:
  Freezer() {
    for (const char* root : {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"}) {
      const auto group = std::filesystem::path(root) / ("rare-waits-" + std::to_string(getpid()));
      std::error_code error;
      if (!std::filesystem::exists(std::filesystem::path(root) / "cgroup.procs", error)) continue;
      if (std::filesystem::create_directory(group, error)) group_ = group;
    }
  }
  Freezer(const Freezer&) = delete;
  ~Freezer() {
    if (works()) rmdir(group_.c_str());
  }
  bool works() const { return std::filesystem::exists(group_ / "cgroup.freeze"); }
  void take(pid_t process) const { write("cgroup.procs", process); }
  void freeze(bool yes) const { write("cgroup.freeze", yes ? 1 : 0); }
  bool is_frozen() const {
    return word_behind(text_of(group_ / "cgroup.events"), "frozen ") == "1";
  }

 private:
  void write(const char* file, int value) const { std::ofstream(group_ / file) << value; }

  std::filesystem::path group_;
};

// It seems to sleep in its call, and is in none.
TEST(FrozenByItsControlGroup, IsNotHung) {
  const Freezer freezer;
  if (!freezer.works()) GTEST_SKIP() << "no control groups (version 2) that we may write to";
  Pair ping;
  Pair pong;
  const auto rounds = posix::make_shared_memory<std::atomic<long>>();
  const auto enough = posix::make_shared_memory<std::atomic<bool>>();
  scenarios::ChildProcess child(
      [&] {
        freezer.take(getpid());
        if (pipe(ping.ends) != 0 || pipe(pong.ends) != 0) return EXIT_FAILURE;
        const pid_t other = fork();
        while (!*enough) {
          if (other != 0) write_one(ping.ends[1]);
          read_one(other != 0 ? pong.ends[0] : ping.ends[0]);
          if (other == 0) write_one(pong.ends[1]);
          ++*rounds;
        }
        write_one(ping.ends[1]);
        write_one(pong.ends[1]);
        return EXIT_SUCCESS;
      },
      scenarios::ChildProcess::Group::own);
  while (*rounds < 100) sched_yield();
  for (int i = 0; i < 3; ++i) {
    freezer.freeze(true);
    while (!freezer.is_frozen()) sched_yield();
    EXPECT_NE(examine(children_of_here()).kind, Finding::Kind::hang);
    freezer.freeze(false);
  }
  const long before = *rounds;
  while (*rounds < before + 100) sched_yield();  // it goes on
  *enough = true;
  EXPECT_TRUE(child.wait_until(TimePoint::max()));
  EXPECT_EQ(child.end().code, EXIT_SUCCESS);
  scenarios::ChildProcess::end_all();  // so that the group is empty
}

TEST(WhoWritesItsMemoryToAFile, IsNotHung) {
  if (testing::kAddressSanitizer) GTEST_SKIP() << "its memory is too large";
  const std::string directory = ::testing::TempDir() + "core-" + std::to_string(getpid());
  std::filesystem::create_directory(directory);
  expect_to_live([&] {
    const pid_t child = fork();
    if (child == 0) {
      constexpr std::size_t kMuch = std::size_t{64} << 20U;
      const rlimit all{.rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY};
      setrlimit(RLIMIT_CORE, &all);
      if (chdir(directory.c_str()) != 0) _exit(EXIT_FAILURE);
      const std::vector<char> memory(kMuch, 1);
      std::thread([] { testing::read_own_pipe(); }).detach();
      std::abort();
    }
    waitpid(child, nullptr, 0);
  });
  std::filesystem::remove_all(directory);
}

/// What the one who waits for a page and the one who serves it tell each other.
struct PageOffer {
  std::atomic<int> faults = -1;  // the number of the descriptor there
  std::atomic<bool> taken = false;
  std::atomic<std::uint64_t> page = 0;
};

// It has what it read, and waits for the page into which that is to be copied. Somebody outside
// serves it, who has taken the descriptor for it.
TEST(WhoWaitsForAPage, IsNotHung) {
  constexpr std::size_t kPage = 4096;
  const posix::UniqueFd tried(static_cast<int>(syscall(SYS_userfaultfd, O_CLOEXEC)));
  if (!tried) GTEST_SKIP() << "no userfaultfd for us";
  const auto offer = posix::make_shared_memory<PageOffer>();
  scenarios::ChildProcess child(
      [&] {
        const int faults = static_cast<int>(syscall(SYS_userfaultfd, O_CLOEXEC));
        uffdio_api api{.api = UFFD_API, .features = 0, .ioctls = 0};
        void* page =
            mmap(nullptr, kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        uffdio_register wanted{};
        wanted.range = {.start = reinterpret_cast<std::uint64_t>(page), .len = kPage};
        wanted.mode = UFFDIO_REGISTER_MODE_MISSING;
        if (ioctl(faults, UFFDIO_API, &api) != 0 || ioctl(faults, UFFDIO_REGISTER, &wanted) != 0) {
          return EXIT_FAILURE;
        }
        offer->page = wanted.range.start;
        offer->faults = faults;
        while (!offer->taken) sched_yield();
        close(faults);
        Pair line;
        if (pipe(line.ends) != 0) return EXIT_FAILURE;
        write_one(line.ends[1]);
        return read(line.ends[0], page, 1) == 1 ? EXIT_SUCCESS : EXIT_FAILURE;
      },
      scenarios::ChildProcess::Group::own);
  while (offer->faults < 0) sched_yield();
  const pid_t number = processes_of(children_of_here()).front();
  const posix::UniqueFd process(pidfd_open(number, 0));
  const posix::UniqueFd ours(pidfd_getfd(process.get(), offer->faults, 0));
  ASSERT_TRUE(ours);
  offer->taken = true;
  const auto sleeps = [&] {
    const auto snapshot = snapshot_of(number, number);
    return snapshot && snapshot->state == 'S';
  };
  while (!sleeps()) sched_yield();
  for (int i = 0; i < 3; ++i) {
    EXPECT_NE(examine(children_of_here()).kind, Finding::Kind::hang);
  }
  uffdio_zeropage zero{.range = {.start = offer->page, .len = kPage}, .mode = 0, .zeropage = 0};
  EXPECT_EQ(ioctl(ours.get(), UFFDIO_ZEROPAGE, &zero), 0);
  EXPECT_TRUE(child.wait_until(TimePoint::max()));
  EXPECT_EQ(child.end().code, EXIT_SUCCESS);
}

// ---- sockets of other families

TEST(SocketsOfOtherFamilies, AreNeverProved) {
  const auto netlink = [] {
    const posix::UniqueFd fd(socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE));
    sockaddr_nl address{};
    address.nl_family = AF_NETLINK;
    address.nl_groups = RTMGRP_LINK;
    bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
    read_one(fd.get());
  };
  const auto datagrams = [] { read_one(socket(AF_INET, SOCK_DGRAM, 0)); };
  const std::string why = "it waits for a socket that others may send to";
  expect_no_hang(why, netlink);
  expect_no_hang(why, datagrams);
  const posix::UniqueFd packets(socket(AF_PACKET, SOCK_RAW, htons(ETH_P_LOOPBACK)));
  if (packets) expect_no_hang(why, [] { read_one(socket(AF_PACKET, SOCK_RAW, 0)); });
  const auto accept_one = [] {
    const int fd = socket(AF_VSOCK, SOCK_STREAM, 0);
    sockaddr_vm address{};
    address.svm_family = AF_VSOCK;
    address.svm_cid = VMADDR_CID_ANY;
    address.svm_port = VMADDR_PORT_ANY;
    bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    listen(fd, 1);
    accept(fd, nullptr, nullptr);
  };
  const posix::UniqueFd machines(socket(AF_VSOCK, SOCK_STREAM, 0));
  if (machines) expect_no_hang(why, accept_one);
}

}  // namespace
}  // namespace workbench::hang_proof
