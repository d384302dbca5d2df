// Programs that live, although at times nothing of them runs and nobody is seen who could wake
// them. None of them may be called a hang: at no look, to their end.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/aio_abi.h>
#include <linux/futex.h>
#include <linux/io_uring.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <semaphore.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/sendfile.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "core/posix/shared_memory.h"
#include "core/posix/unique_fd.h"
#include "tests/scenarios/hang_proof/lives.h"
#include "tests/support/pair.h"

namespace workbench::hang_proof {
namespace {

using testing::connect_to_self;
using testing::expect_to_live;
using testing::expect_to_wait_for;
using testing::Looks;
using testing::Pair;
using testing::read_one;
using testing::Tcp;

constexpr uid_t kNobody = 65534;

void write_one(int fd) {
  const char byte = 1;
  while (write(fd, &byte, 1) < 0) {
  }
}

// ---- who is outside, and not seen
// ----------------------------------------------------------------

sockaddr_un address_of(const std::string& name) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  // An abstract name: a zero in front, and no file.
  name.copy(address.sun_path + 1, sizeof address.sun_path - 2);
  return address;
}

/// A daemon, outside: it listens under a name.
class Daemon {
 public:
  Daemon() {
    const sockaddr_un address = address_of(name());
    bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
    listen(listener_.get(), 5);
  }
  static std::string name() { return "living-test-" + std::to_string(getpid()); }

  posix::UniqueFd accept_one() const {
    return posix::UniqueFd(accept(listener_.get(), nullptr, nullptr));
  }
  void close_listener() { listener_ = {}; }

 private:
  posix::UniqueFd listener_{socket(AF_UNIX, SOCK_STREAM, 0)};
};

int connect_to(const std::string& daemon) {
  const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  const sockaddr_un address = address_of(daemon);
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    _exit(EXIT_FAILURE);
  return fd;
}

TEST(Living, AClientOfADaemon) {
  const Daemon daemon;
  const std::string name = Daemon::name();
  expect_to_wait_for([&] { write_one(daemon.accept_one().get()); },
                     [&] { read_one(connect_to(name)); });
}

// Calls `watcher` in a child: to the watcher, this process is outside. If the child is nobody, it
// may not look into this process.
void watch_in_a_child(const std::function<void()>& watcher, bool as_nobody) {
  scenarios::ChildProcess child(
      [&] {
        if (as_nobody && (setgid(kNobody) != 0 || setuid(kNobody) != 0)) return EXIT_FAILURE;
        watcher();
        return ::testing::Test::HasFailure() ? EXIT_FAILURE : EXIT_SUCCESS;
      },
      scenarios::ChildProcess::Group::own);
  EXPECT_TRUE(child.wait_until(TimePoint::max()));
  EXPECT_EQ(child.end().code, EXIT_SUCCESS);
}
void watch_as_nobody(const std::function<void()>& watcher) { watch_in_a_child(watcher, true); }

/// A thread outside, which waits for a wish somewhere in its life. It wants one: it is joined.
class Answerer {
 public:
  explicit Answerer(const std::function<void(const testing::Life& wait_for_wish)>& life) {
    EXPECT_EQ(pipe(wish_.ends), 0);
    thread_ = std::thread([this, life] { life([this] { read_one(wish_.ends[0]); }); });
  }
  Answerer(const Answerer&) = delete;
  ~Answerer() { thread_.join(); }

  void wish() const { write_one(wish_.ends[1]); }

 private:
  Pair wish_{};
  std::thread thread_;
};

TEST(Living, AClientOfADaemonThatWeMayNotLookInto) {
  SKIP_WHERE_A_FORK_MAY_HANG();
  if (getuid() != 0) GTEST_SKIP() << "needs another user";
  const Daemon daemon;
  const std::string name = Daemon::name();
  const Answerer answerer([&](const testing::Life& wait_for_wish) {
    wait_for_wish();
    write_one(daemon.accept_one().get());
  });
  watch_as_nobody(
      [&] { expect_to_wait_for([&] { answerer.wish(); }, [&] { read_one(connect_to(name)); }); });
}

void send_descriptor(int line, int fd, std::size_t size = 1) {
  char byte = 1;
  iovec data{.iov_base = &byte, .iov_len = size};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof fd)> control{};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof fd);
  std::memcpy(CMSG_DATA(header), &fd, sizeof fd);
  if (sendmsg(line, &message, 0) < 0) _exit(EXIT_FAILURE);
}

posix::UniqueFd receive_descriptor(int line) {
  char byte = 0;
  iovec data{.iov_base = &byte, .iov_len = 1};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  if (recvmsg(line, &message, 0) < 0) return {};
  int fd = -1;
  std::memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof fd);
  return posix::UniqueFd(fd);
}

// Sends the end for writing of a pipe to a daemon, keeps one for itself, and reads.
void give_a_pipe_to(const std::string& daemon) {
  Pair line;
  if (pipe(line.ends) != 0) return;
  const int connection = connect_to(daemon);
  send_descriptor(connection, line.ends[1]);
  close(connection);
  read_one(line.ends[0]);
}

TEST(Living, WhoHasGivenAPipeAway) {
  SKIP_WHERE_A_FORK_MAY_HANG();
  const Daemon daemon;
  const std::string name = Daemon::name();
  posix::UniqueFd given;
  std::thread receiver([&] { given = receive_descriptor(daemon.accept_one().get()); });
  expect_to_wait_for(
      [&] {
        receiver.join();
        write_one(given.get());
      },
      [&] { give_a_pipe_to(name); });
}

TEST(Living, WhosePipeIsOnItsWayToSomebody) {
  const Daemon daemon;  // that has not accepted yet
  const std::string name = Daemon::name();
  expect_to_wait_for([&] { write_one(receive_descriptor(daemon.accept_one().get()).get()); },
                     [&] { give_a_pipe_to(name); });
}

TEST(Living, WhosePipeIsOnItsWayThroughAnAcceptedSocket) {
  SKIP_WHERE_A_FORK_MAY_HANG();
  const Daemon daemon;
  const std::string name = Daemon::name();
  posix::UniqueFd accepted;
  std::thread acceptor([&] { accepted = daemon.accept_one(); });
  expect_to_wait_for(
      [&] {
        acceptor.join();
        write_one(receive_descriptor(accepted.get()).get());
      },
      [&] { give_a_pipe_to(name); });
}

TEST(Living, WhoHasGivenAPipeToOneThatWeMayNotLookInto) {
  SKIP_WHERE_A_FORK_MAY_HANG();
  if (getuid() != 0) GTEST_SKIP() << "needs another user";
  const Daemon daemon;
  const std::string name = Daemon::name();
  const Answerer answerer([&](const testing::Life& wait_for_wish) {
    const auto given = receive_descriptor(daemon.accept_one().get());
    wait_for_wish();
    write_one(given.get());
  });
  watch_as_nobody(
      [&] { expect_to_wait_for([&] { answerer.wish(); }, [&] { give_a_pipe_to(name); }); });
}

// The message is empty but for the descriptor.
TEST(Living, WhosePipeIsOnItsWayInAnEmptyMessage) {
  Pair way;
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, way.ends), 0);
  expect_to_wait_for([&] { write_one(receive_descriptor(way.ends[0]).get()); },
                     [&] {
                       Pair line;
                       if (pipe(line.ends) != 0) return;
                       send_descriptor(way.ends[1], line.ends[1], 0);
                       for (const int end : way.ends) close(end);
                       read_one(line.ends[0]);
                     });
}

void close_both(Pair& line) {
  for (int& end : line.ends) close(std::exchange(end, -1));
}

/// A ring of io_uring with a pipe, of whose end for writing it has no descriptor any more.
class RingWithAPipe {
 public:
  RingWithAPipe() {
    if (pipe(line_.ends) != 0 || !ring_) return;
    syscall(SYS_io_uring_register, ring_.get(), IORING_REGISTER_FILES, &line_.ends[1], 1);
    queue_ = static_cast<char*>(map(queue_size(), IORING_OFF_SQ_RING));
    entries_ = static_cast<io_uring_sqe*>(map(sizeof(io_uring_sqe), IORING_OFF_SQES));
  }
  RingWithAPipe(const RingWithAPipe&) = delete;
  ~RingWithAPipe() { forget_ring(); }

  bool works() const { return static_cast<bool>(ring_); }
  int end_for_reading() const { return line_.ends[0]; }
  void forget_pipe() { close_both(line_); }
  void forget_ring() {
    if (queue_ != nullptr) munmap(std::exchange(queue_, nullptr), queue_size());
    if (entries_ != nullptr) munmap(std::exchange(entries_, nullptr), sizeof(io_uring_sqe));
    ring_ = {};
  }

  void write_one() {
    static char byte = 1;
    *entries_ = {};
    entries_->opcode = IORING_OP_WRITE;
    entries_->flags = IOSQE_FIXED_FILE;
    entries_->addr = reinterpret_cast<std::uint64_t>(&byte);
    entries_->len = 1;
    *reinterpret_cast<unsigned*>(queue_ + parameters_.sq_off.tail) = 1;
    syscall(SYS_io_uring_enter, ring_.get(), 1, 1, IORING_ENTER_GETEVENTS, nullptr, 0);
  }

 private:
  std::size_t queue_size() const { return parameters_.sq_off.array + sizeof(unsigned); }
  void* map(std::size_t size, off_t what) const {
    return mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, ring_.get(), what);
  }

  io_uring_params parameters_{};
  posix::UniqueFd ring_{static_cast<int>(syscall(SYS_io_uring_setup, 1, &parameters_))};
  Pair line_{};
  char* queue_ = nullptr;
  io_uring_sqe* entries_ = nullptr;
};

TEST(Living, WhosePipeIsHeldByARingOutside) {
  RingWithAPipe ring;
  if (!ring.works()) GTEST_SKIP() << "no io_uring here";
  expect_to_wait_for([&] { ring.write_one(); },
                     [&] {
                       ring.forget_ring();
                       read_one(ring.end_for_reading());
                     },
                     [&] { ring.forget_pipe(); });
}

// A call holds what it has begun with.
TEST(Living, WhosePipeIsHeldByACallOutside) {
  SKIP_WHERE_A_FORK_MAY_HANG();
  Pair source;
  Pair line;
  ASSERT_EQ(pipe(source.ends), 0);
  ASSERT_EQ(pipe(line.ends), 0);
  std::thread forwarder;
  expect_to_wait_for(
      [&] {
        write_one(source.ends[1]);
        forwarder.join();
      },
      [&] {
        close_both(source);
        read_one(line.ends[0]);
      },
      [&] {
        std::atomic<pid_t> number = 0;
        forwarder = std::thread([&] {
          number = gettid();
          splice(source.ends[0], nullptr, line.ends[1], nullptr, 1, 0);
        });
        testing::wait_until_it_sleeps(number);
        close_both(line);
      });
}

// The kernel signals the eventfd for this process, which has no descriptor of it any more.
TEST(Living, WhoseEventfdTheKernelSignalsForSomebodyOutside) {
  Pair source;
  ASSERT_EQ(pipe(source.ends), 0);
  posix::UniqueFd done(eventfd(0, 0));
  aio_context_t context = 0;
  expect_to_wait_for([&] { write_one(source.ends[1]); },
                     [&] {
                       eventfd_t times = 0;
                       while (eventfd_read(done.get(), &times) != 0) {
                       }
                     },
                     [&] {
                       iocb request{};
                       request.aio_lio_opcode = IOCB_CMD_POLL;
                       request.aio_fildes = static_cast<std::uint32_t>(source.ends[0]);
                       request.aio_buf = POLLIN;
                       request.aio_flags = IOCB_FLAG_RESFD;
                       request.aio_resfd = static_cast<std::uint32_t>(done.get());
                       iocb* requests = &request;
                       ASSERT_EQ(syscall(SYS_io_setup, 1, &context), 0);
                       ASSERT_EQ(syscall(SYS_io_submit, context, 1, &requests), 1);
                       done = {};
                     });
  syscall(SYS_io_destroy, context);
}

// Whoever may not see the path may still see the place that the fifo was bound to.
TEST(Living, AFifoWhosePathIsGoneButWhichIsMountedElsewhere) {
  const std::string path = ::testing::TempDir() + "living-fifo-" + std::to_string(getpid());
  const std::string place = path + "-bound";
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  ASSERT_EQ(mkfifo(place.c_str(), 0600), 0);
  const bool bound = mount(path.c_str(), place.c_str(), nullptr, MS_BIND, nullptr) == 0;
  if (bound) {
    expect_to_wait_for([&] { write_one(posix::UniqueFd(open(place.c_str(), O_WRONLY)).get()); },
                       [&] {
                         const posix::UniqueFd fifo(open(path.c_str(), O_RDWR));
                         unlink(path.c_str());
                         read_one(fifo.get());
                       });
    umount(place.c_str());
  }
  unlink(path.c_str());
  unlink(place.c_str());
  if (!bound) GTEST_SKIP() << "may not mount";
}

// A thread of another process may have descriptors that the others do not have.
TEST(Living, WhosePipeIsHeldByOneThreadOutside) {
  SKIP_WHERE_A_FORK_MAY_HANG();
  Pair line;
  Pair ready;
  ASSERT_EQ(pipe(line.ends), 0);
  ASSERT_EQ(pipe(ready.ends), 0);
  const Answerer answerer([&](const testing::Life& wait_for_wish) {
    unshare(CLONE_FILES);
    write_one(ready.ends[1]);
    wait_for_wish();
    write_one(line.ends[1]);
  });
  read_one(ready.ends[0]);
  const posix::UniqueFd end_to_read(dup(line.ends[0]));
  // Of this thread's own, the life inherits them, and keeps one.
  expect_to_wait_for([&] { answerer.wish(); }, [&] { read_one(end_to_read.get()); });
}

// ---- the twins of programs that hang: one end is outside

TEST(Living, APairOfDatagramSocketsOneOfWhichIsOutside) {
  Pair line;
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_DGRAM, 0, line.ends), 0);
  expect_to_wait_for([&] { write_one(line.ends[1]); }, [&] { read_one(line.ends[0]); });
}

TEST(Living, ATcpConnectionWithOneEndOutside) {
  for (const Tcp kind : {Tcp::v4, Tcp::v6, Tcp::both}) {
    for (const std::size_t inside : {0U, 1U}) {
      Pair line;
      connect_to_self(line, kind);
      if (line.ends[1] < 0) continue;  // not on this host
      expect_to_wait_for([&] { write_one(line.ends[1 - inside]); },
                         [&] {
                           close(line.ends[1 - inside]);
                           read_one(line.ends[inside]);
                         });
    }
  }
}

TEST(Living, ASpliceOfAPipeThatIsFilledOutside) {
  Pair from;
  ASSERT_EQ(pipe(from.ends), 0);
  for (const bool copies : {false, true}) {
    expect_to_wait_for([&] { write_one(from.ends[1]); },
                       [&] {
                         Pair to;
                         if (pipe(to.ends) != 0) return;
                         close(from.ends[1]);
                         if (copies) {
                           tee(from.ends[0], to.ends[1], 1, 0);
                         } else {
                           splice(from.ends[0], nullptr, to.ends[1], nullptr, 1, 0);
                         }
                       });
  }
}

TEST(Living, WhoSendsAFileIntoAPipeThatIsEmptiedOutside) {
  Pair line;
  ASSERT_EQ(pipe(line.ends), 0);
  const posix::UniqueFd file(memfd_create("much", 0));
  constexpr std::size_t kMuch = std::size_t{1} << 17U;  // a pipe has room for half of it
  ASSERT_EQ(ftruncate(file.get(), kMuch), 0);
  const auto empty_it = [&] {
    std::vector<char> bytes(kMuch);
    std::size_t left = kMuch;
    while (left > 0) {
      const ssize_t size = read(line.ends[0], bytes.data(), left);
      if (size > 0) left -= static_cast<std::size_t>(size);
    }
  };
  expect_to_wait_for(empty_it, [&] {
    std::size_t left = kMuch;
    while (left > 0) {
      const ssize_t size = sendfile(line.ends[1], file.get(), nullptr, left);
      if (size > 0) left -= static_cast<std::size_t>(size);
    }
  });
}

TEST(Living, AFifoWhosePathIsGoneButWhichIsOpenOutside) {
  const std::string path = ::testing::TempDir() + "living-open-" + std::to_string(getpid());
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  const posix::UniqueFd ours(open(path.c_str(), O_RDWR | O_CLOEXEC));
  expect_to_wait_for([&] { write_one(ours.get()); },
                     [&] {
                       const posix::UniqueFd theirs(open(path.c_str(), O_RDWR));
                       unlink(path.c_str());
                       read_one(theirs.get());
                     });
}

TEST(Living, SeveralFutexesOneOfWhichIsShared) {
  const auto shared = posix::make_shared_memory<std::atomic<std::uint32_t>>();
  expect_to_wait_for(
      [&] {
        *shared = 1;
        syscall(SYS_futex, shared.get(), FUTEX_WAKE, 1, nullptr, nullptr, 0);
      },
      [&] {
        std::uint32_t own = 0;
        std::array<futex_waitv, 2> waits{};
        waits[0].uaddr = reinterpret_cast<std::uint64_t>(&own);
        waits[0].flags = FUTEX_32 | FUTEX_PRIVATE_FLAG;
        waits[1].uaddr = reinterpret_cast<std::uint64_t>(shared.get());
        waits[1].flags = FUTEX_32;
        while (*shared == 0) {
          syscall(SYS_futex_waitv, waits.data(), waits.size(), 0, nullptr, 0);
        }
      });
}

// Whoever knows its number may change it.
TEST(Living, ASemaphoreOfSystemV) {
  const int set = semget(IPC_PRIVATE, 1, 0600);
  ASSERT_GE(set, 0);
  sembuf take{.sem_num = 0, .sem_op = -1, .sem_flg = 0};
  sembuf give{.sem_num = 0, .sem_op = 1, .sem_flg = 0};
  expect_to_wait_for([&] { semop(set, &give, 1); },
                     [&] {
                       while (semtimedop(set, &take, 1, nullptr) != 0) {
                       }
                     });
  semctl(set, 0, IPC_RMID);
}

// Both ends are inside. But a program like `wall` writes to any terminal, by its path.
TEST(Living, ATerminalThatAnybodyMayOpen) {
  const auto number = posix::make_shared_memory<std::atomic<int>>();
  const auto open_terminal = [&](Pair& ends) {
    ends.ends[0] = posix_openpt(O_RDWR | O_NOCTTY);
    grantpt(ends.ends[0]);
    unlockpt(ends.ends[0]);
    char path[32]{};
    if (ptsname_r(ends.ends[0], path, sizeof path) != 0) _exit(EXIT_FAILURE);
    ends.ends[1] = open(path, O_RDWR | O_NOCTTY);
    *number = std::atoi(path + std::strlen("/dev/pts/"));
  };
  const auto path = [&] { return "/dev/pts/" + std::to_string(*number); };
  const auto write_to_terminal = [&] {
    const posix::UniqueFd ours(open(path().c_str(), O_RDWR | O_NOCTTY));
    write_one(ours.get());
  };
  {
    Pair ends;
    open_terminal(ends);
  }
  if (*number < 0 || access("/dev/pts", X_OK) != 0) GTEST_SKIP() << "no terminals here";
  for (const std::size_t end : {0U, 1U}) {
    const Finding finding = testing::look_at(
        [&] {
          Pair ends;
          open_terminal(ends);
          read_one(ends.ends[end]);
        },
        "it waits for somebody who opens /dev/pts/");
    EXPECT_NE(finding.kind, Finding::Kind::hang);
  }
  expect_to_wait_for(write_to_terminal, [&] {
    Pair ends;
    open_terminal(ends);
    read_one(ends.ends[0]);
  });
}

// ---- memory that others may map
// --------------------------------------------------------------------

void wait_for(sem_t* semaphore) {
  while (sem_wait(semaphore) != 0) {
  }
}

TEST(Living, ASemaphoreInASegmentWithAKey) {
  const key_t key = 0x57420000 + (getpid() & 0xffff);
  const auto attach = [key](int flags) {
    return static_cast<sem_t*>(shmat(shmget(key, sizeof(sem_t), flags), nullptr, 0));
  };
  expect_to_wait_for(
      [&] {
        sem_t* semaphore = attach(0);  // it comes later
        sem_post(semaphore);
        shmctl(shmget(key, sizeof(sem_t), 0), IPC_RMID, nullptr);
        shmdt(semaphore);
      },
      [&] {
        sem_t* semaphore = attach(IPC_CREAT | 0600);
        sem_init(semaphore, 1, 0);
        wait_for(semaphore);
      });
}

TEST(Living, ASemaphoreWithAName) {
  const std::string name = "/living-test-" + std::to_string(getpid());
  expect_to_wait_for(
      [&] {
        sem_t* semaphore = sem_open(name.c_str(), 0);
        ASSERT_NE(semaphore, SEM_FAILED);
        sem_post(semaphore);
        sem_close(semaphore);
        sem_unlink(name.c_str());
      },
      [&] { wait_for(sem_open(name.c_str(), O_CREAT, 0600, 0)); });
}

// Somebody inside waits for it, and somebody outside, who has the file open, maps it later.
void expect_to_share_a_semaphore_in(int file) {
  const auto map = [&] {
    return static_cast<sem_t*>(
        mmap(nullptr, sizeof(sem_t), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0));
  };
  expect_to_wait_for(
      [&] {
        sem_t* semaphore = map();
        sem_post(semaphore);
        munmap(semaphore, sizeof(sem_t));
      },
      [&] {
        sem_t* semaphore = map();
        sem_init(semaphore, 1, 0);
        wait_for(semaphore);
      });
}

TEST(Living, ASemaphoreInAFileThatSomebodyHasOpen) {
  const posix::UniqueFd file(memfd_create("semaphore", 0));
  ASSERT_EQ(ftruncate(file.get(), sizeof(sem_t)), 0);
  expect_to_share_a_semaphore_in(file.get());
}

// Its name is that of memory which only a fork hands on: it was `dev/zero` at a root of its own.
TEST(Living, ASemaphoreInAFileThatIsCalledAsMemoryWithoutAName) {
  const std::string root = ::testing::TempDir() + "living-root-" + std::to_string(getpid());
  ASSERT_EQ(mkdir(root.c_str(), 0700), 0);
  const bool mounted = mount("none", root.c_str(), "tmpfs", 0, nullptr) == 0;
  posix::UniqueFd file;
  if (mounted) {
    mkdir((root + "/dev").c_str(), 0700);
    file = posix::UniqueFd(open((root + "/dev/zero").c_str(), O_CREAT | O_RDWR, 0600));
    unlink((root + "/dev/zero").c_str());
    umount2(root.c_str(), MNT_DETACH);
  }
  rmdir(root.c_str());
  if (!mounted) GTEST_SKIP() << "may not mount";
  ASSERT_EQ(ftruncate(file.get(), sizeof(sem_t)), 0);
  expect_to_share_a_semaphore_in(file.get());
}

// Such memory has no mapping of its own: all of it is the same.
TEST(Living, AFutexOfAProcessThatSharesItsMemory) {
  static std::atomic<int> word = 0;
  for (const int flag : {0, FUTEX_PRIVATE_FLAG}) {
    word = 0;
    testing::expect_clone_to_wait_for(
        CLONE_VM,
        [&] {
          word = 1;
          syscall(SYS_futex, &word, FUTEX_WAKE | flag, 1, nullptr, nullptr, 0);
        },
        [&] {
          while (word == 0) syscall(SYS_futex, &word, FUTEX_WAIT | flag, 0, nullptr, nullptr, 0);
        });
  }
}

// A page of a private mapping that nobody has written to is still that of the file.
TEST(Living, AFutexInAFileThatIsMappedPrivately) {
  std::string path = ::testing::TempDir() + "futex-XXXXXX";
  const posix::UniqueFd file(mkstemp(path.data()));
  ASSERT_EQ(ftruncate(file.get(), sizeof(int)), 0);
  const auto map = [&](int how) {
    return mmap(nullptr, sizeof(int), how == MAP_SHARED ? PROT_READ | PROT_WRITE : PROT_READ, how,
                file.get(), 0);
  };
  expect_to_wait_for(
      [&] {
        auto* word = static_cast<std::atomic<int>*>(map(MAP_SHARED));
        *word = 1;
        syscall(SYS_futex, word, FUTEX_WAKE, 1, nullptr, nullptr, 0);
        munmap(word, sizeof(int));
        unlink(path.c_str());
      },
      [&] {
        auto* word = static_cast<std::atomic<int>*>(map(MAP_PRIVATE));
        while (*word == 0) syscall(SYS_futex, word, FUTEX_WAIT, 0, nullptr, nullptr, 0);
      });
}

// ---- the wait that was begun
// -----------------------------------------------------------------------

/// A pipe whose end for writing is held outside, and one that is all inside.
struct TwoPipes {
  TwoPipes() {
    EXPECT_EQ(pipe(outer.ends), 0);
    EXPECT_EQ(pipe(inner.ends), 0);
  }
  Pair outer;
  Pair inner;
};

TEST(Living, AnEpollWhoseNumberBelongsToSomethingElseByNow) {
  const TwoPipes pipes;
  expect_to_wait_for([&] { write_one(pipes.outer.ends[1]); },
                     [&] {
                       const int epoll = epoll_create1(0);
                       const int copy = dup(pipes.outer.ends[0]);
                       epoll_event event{.events = EPOLLIN, .data = {}};
                       epoll_ctl(epoll, EPOLL_CTL_ADD, copy, &event);
                       dup2(pipes.inner.ends[0], copy);  // the epoll goes on to watch the other
                       close(pipes.outer.ends[1]);
                       while (epoll_wait(epoll, &event, 1, -1) != 1) {
                       }
                     });
}

TEST(Living, ASelectWithALargeNumber) {
  const TwoPipes pipes;
  constexpr int kLarge = 1500;
  expect_to_wait_for([&] { write_one(pipes.outer.ends[1]); },
                     [&] {
                       dup2(pipes.outer.ends[0], kLarge);
                       close(pipes.outer.ends[1]);
                       std::array<std::uint64_t, 32> set{};
                       do {
                         set.fill(0);
                         set.at(kLarge / 64) |= 1ULL << kLarge % 64;
                         set.at(0) |= 1ULL << static_cast<unsigned>(pipes.inner.ends[0]);
                       } while (syscall(SYS_pselect6, kLarge + 1, set.data(), nullptr, nullptr,
                                        nullptr, nullptr) != 1);
                     });
}

TEST(Living, ADescriptorThatAnotherThreadHasReplaced) {
  const TwoPipes pipes;
  expect_to_wait_for([&] { write_one(pipes.outer.ends[1]); },
                     [&] {
                       const int number = dup(pipes.outer.ends[0]);
                       std::atomic<pid_t> reader = 0;
                       std::thread thread([&] {
                         reader = gettid();
                         read_one(number);
                         _exit(EXIT_SUCCESS);
                       });
                       testing::wait_until_it_sleeps(reader);
                       close(pipes.outer.ends[1]);
                       dup2(pipes.inner.ends[0], number);
                       thread.join();
                     });
}

TEST(Living, APollWhoseArrayAnotherThreadHasChanged) {
  const TwoPipes pipes;
  expect_to_wait_for([&] { write_one(pipes.outer.ends[1]); },
                     [&] {
                       pollfd entry{.fd = pipes.outer.ends[0], .events = POLLIN, .revents = 0};
                       std::atomic<pid_t> poller = 0;
                       std::thread thread([&] {
                         poller = gettid();
                         poll(&entry, 1, -1);
                         _exit(EXIT_SUCCESS);
                       });
                       testing::wait_until_it_sleeps(poller);
                       close(pipes.outer.ends[1]);
                       *static_cast<volatile int*>(&entry.fd) = pipes.inner.ends[0];
                       thread.join();
                     });
}

TEST(Living, ASocketWhoseLimitOfTimeWasTakenAwayLater) {
  expect_to_live([] {
    Pair line;
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, line.ends) != 0) return;
    const timeval limit{.tv_sec = 1, .tv_usec = 0};
    const timeval none{};
    setsockopt(line.ends[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    std::atomic<pid_t> reader = 0;
    std::thread thread([&] {
      reader = gettid();
      char byte = 0;
      if (read(line.ends[0], &byte, 1) < 0) _exit(EXIT_SUCCESS);  // with or without our doing
    });
    testing::wait_until_it_sleeps(reader);
    setsockopt(line.ends[0], SOL_SOCKET, SO_RCVTIMEO, &none, sizeof none);
    thread.join();
  });
}

// ---- what acts by itself
// ---------------------------------------------------------------------------

TEST(Living, AParentWhoseChildAnAlarmEnds) {
  expect_to_live([] {
    const pid_t child = fork();
    if (child == 0) {
      alarm(1);
      testing::read_own_pipe();
    }
    waitpid(child, nullptr, 0);
  });
}

TEST(Living, WhoseAlarmWasSetBeforeItBecameThisProgram) {
  expect_to_live([] {
    const pid_t child = fork();
    if (child == 0) {
      alarm(1);
      execlp("sleep", "sleep", "infinity", nullptr);
    }
    waitpid(child, nullptr, 0);
  });
}

TEST(Living, ATimerWithADescriptor) {
  expect_to_live([] {
    const int timer = timerfd_create(CLOCK_MONOTONIC, 0);
    const itimerspec soon{.it_interval = {}, .it_value = {.tv_sec = 0, .tv_nsec = 300'000'000}};
    timerfd_settime(timer, 0, &soon, nullptr);
    std::uint64_t times = 0;
    while (read(timer, &times, sizeof times) < 0) {
    }
  });
}

TEST(Living, ATimerThatTheSettingOfTheClockEnds) {
  testing::expect_no_hang("it waits until somebody sets the clock", [] {
    const int timer = timerfd_create(CLOCK_REALTIME, 0);
    const itimerspec none{};
    timerfd_settime(timer, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &none, nullptr);
    std::uint64_t times = 0;
    while (read(timer, &times, sizeof times) < 0) {
    }
  });
}

// Waits for a child that asks for a signal, and then waits until that ends it.
void wait_for_one_who(const std::function<void()>& asks_for_a_signal) {
  const pid_t child = fork();
  if (child == 0) {
    asks_for_a_signal();
    testing::read_own_pipe();
  }
  waitpid(child, nullptr, 0);
}

void ask_for_signals(int fd) {
  fcntl(fd, F_SETOWN, getpid());
  fcntl(fd, F_SETFL, O_ASYNC);
}

TEST(Living, WhoGetsASignalWhenSomethingHappens) {
  Pair line;
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, line.ends), 0);
  expect_to_wait_for([&] { write_one(line.ends[1]); },
                     [&] { wait_for_one_who([&] { ask_for_signals(line.ends[0]); }); });
}

// By a descriptor that only this process has by now.
TEST(Living, WhoGetsASignalThroughADescriptorThatIsHeldOutside) {
  Pair line;
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, line.ends), 0);
  expect_to_wait_for([&] { write_one(line.ends[1]); },
                     [&] {
                       const pid_t child = fork();
                       if (child == 0) {
                         ask_for_signals(line.ends[0]);
                         close_both(line);
                         testing::read_own_pipe();
                       }
                       close_both(line);
                       waitpid(child, nullptr, 0);
                     });
}

TEST(Living, WhoGetsASignalWhenADirectoryChanges) {
  std::string directory = ::testing::TempDir() + "living-XXXXXX";
  ASSERT_NE(mkdtemp(directory.data()), nullptr);
  const std::string file = directory + "/file";
  expect_to_wait_for(
      [&] { close(open(file.c_str(), O_CREAT | O_RDWR, 0600)); },
      [&] {
        wait_for_one_who([&] { fcntl(open(directory.c_str(), O_RDONLY), F_NOTIFY, DN_CREATE); });
      });
  unlink(file.c_str());
  rmdir(directory.c_str());
}

TEST(Living, WhoGetsASignalWhenAMessageComes) {
  const std::string name = "/living-test-" + std::to_string(getpid());
  const posix::UniqueFd queue(mq_open(name.c_str(), O_CREAT | O_RDWR, 0600, nullptr));
  mq_unlink(name.c_str());
  if (!queue) GTEST_SKIP() << "no message queues here";
  const char byte = 1;
  expect_to_wait_for([&] { ASSERT_EQ(mq_send(queue.get(), &byte, 1, 0), 0); },
                     [&] {
                       wait_for_one_who([&] {
                         sigevent event{};
                         event.sigev_notify = SIGEV_SIGNAL;
                         event.sigev_signo = SIGUSR1;
                         mq_notify(queue.get(), &event);
                       });
                     });
}

TEST(Living, AThreadThatCallsItselfAfterAFieldOfProc) {
  expect_to_wait_for(
      [] {
        for (const pid_t each : processes_of(testing::children_of_here())) kill(each, SIGUSR1);
      },
      [] {
        prctl(PR_SET_NAME, "SigCgt: 0");
        std::signal(SIGUSR1, [](int) { _exit(EXIT_SUCCESS); });
        testing::read_own_pipe();
      });
}

// ---- what comes and goes
// ---------------------------------------------------------------------------

constexpr int kEnoughLooks = 20;

// Twenty threads wait, and a chain of threads, each of which starts the next one and ends, works
// for a while and then feeds them.
TEST(Living, AChainOfThreads) {
  expect_to_live([](const Looks& looks) {
    std::mutex mutex;
    std::condition_variable fed;
    bool food = false;
    std::vector<std::thread> waiting;
    for (int i = 0; i < 20; ++i) {
      waiting.emplace_back([&] {
        std::unique_lock lock(mutex);
        fed.wait(lock, [&] { return food; });
      });
    }
    std::function<void()> hop = [&] {
      if (looks < kEnoughLooks) {
        std::thread([&hop] { hop(); }).detach();
        return;
      }
      const std::lock_guard lock(mutex);
      food = true;
      fed.notify_all();
    };
    hop();
    for (std::thread& each : waiting) each.join();
  });
}

TEST(Living, AChainOfProcesses) {
  expect_to_live([](const Looks& looks) {
    Pair line;
    if (pipe(line.ends) != 0) return;
    // The kernel reaps them at once: otherwise no numbers would be left.
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    std::signal(SIGCHLD, SIG_IGN);
    if (fork() == 0) {
      while (looks < kEnoughLooks) {
        if (fork() != 0) _exit(EXIT_SUCCESS);
      }
      write_one(line.ends[1]);
      _exit(EXIT_SUCCESS);
    }
    read_one(line.ends[0]);
  });
}

// The same outside: the end of the pipe goes from one to the next.
TEST(Living, WhosePipeIsHandedOnOutside) {
  Pair line;
  ASSERT_EQ(pipe(line.ends), 0);
  const auto enough = posix::make_shared_memory<std::atomic<bool>>();
  // A process that adopts and reaps all of them.
  const scenarios::ChildProcess host(
      [&] {
        prctl(PR_SET_CHILD_SUBREAPER, 1);
        std::signal(SIGCHLD, SIG_IGN);
        const pid_t here = getpid();
        if (fork() == 0) {
          while (!*enough && kill(here, 0) == 0) {
            if (fork() != 0) _exit(EXIT_SUCCESS);
          }
          write_one(line.ends[1]);
          _exit(EXIT_SUCCESS);
        }
        close(line.ends[1]);
        pause();
        return EXIT_SUCCESS;
      },
      scenarios::ChildProcess::Group::own);
  close(line.ends[1]);
  line.ends[1] = -1;
  watch_in_a_child(
      [&] { expect_to_wait_for([&] { *enough = true; }, [&] { read_one(line.ends[0]); }); }, false);
}

}  // namespace
}  // namespace workbench::hang_proof
