// Random small trees of processes and threads. A token goes from one to the next, each of whom
// waits in a way of its own; now and then somebody starts a thread or a process that passes it on
// and ends, or naps, or asks somebody outside. After so many hops a tree ends by itself. Its twin
// does the same, but the last one keeps the token: then all wait for ever.
//
//     WORKBENCH_TREES=100000 build/release/tests/random_trees_test
//
// With WORKBENCH_FIRST_TREE=50000 those before it are left out: somebody else can look at them.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <semaphore.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "core/posix/shared_memory.h"
#include "core/time.h"
#include "tests/scenarios/hang_proof/lives.h"
#include "tests/support/pair.h"

namespace workbench::hang_proof {
namespace {

using testing::Pair;
using testing::read_one;

constexpr int kMostActors = 9;

/// How an actor waits for the token.
enum class Wait { pipe, socket, datagram, eventfd, semaphore, poll, select, epoll, kinds };

/// What an actor does before it passes the token on.
enum class Detour { none, thread, process, chain, nap, timer, alarm, helper, kinds };

template <class Kind>
Kind any_of(std::mt19937_64& random) {
  return static_cast<Kind>(random() % static_cast<std::uint64_t>(Kind::kinds));
}

/// All that chance decides, before anything begins.
struct Plan {
  explicit Plan(std::uint64_t seed) {
    std::mt19937_64 random(seed);
    processes = 1 + static_cast<int>(random() % 3);
    threads = 1 + static_cast<int>(random() % 3);
    for (Wait& wait : waits) wait = any_of<Wait>(random);
    const std::size_t hops = 20 + random() % 100;
    for (std::size_t hop = 0; hop < hops; ++hop) {
      next.push_back(static_cast<int>(random() % static_cast<std::uint64_t>(actors())));
      const bool straight = random() % 4 != 0;
      detours.push_back(straight ? Detour::none : any_of<Detour>(random));
    }
  }
  int actors() const { return processes * threads; }

  int processes = 1;
  int threads = 1;  // of each
  std::array<Wait, kMostActors> waits{};
  std::vector<int> next{};
  std::vector<Detour> detours{};
};

/// In memory that all processes of a tree share with the test. Nobody waits for it.
struct Progress {
  std::atomic<std::size_t> hops = 0;
  std::atomic<std::int64_t> stands_still_ns = 0;  // when the last one has kept the token
};

/// In memory of the tree alone.
using Semaphores = std::array<sem_t, kMostActors>;

void write_one(int fd) {
  const std::uint64_t one = 1;
  while (write(fd, &one, sizeof one) < 0) {
  }
}
void read_eight(int fd) {
  std::uint64_t bytes = 0;
  while (read(fd, &bytes, sizeof bytes) < 0) {
  }
}

class RandomTree {
 public:
  RandomTree(const Plan& plan, bool hangs, int helper)
      : plan_(plan),
        hangs_(hangs),
        helper_(helper),
        progress_(posix::make_shared_memory<Progress>()) {}

  const Progress& progress() const { return *progress_; }

  /// The life of the whole tree, in its first process.
  void live() {
    if (hangs_) close(helper_);  // nobody outside is asked
    semaphores_ = posix::make_shared_memory<Semaphores>();
    for (int actor = 0; actor < plan_.actors(); ++actor) open(actor);
    std::vector<pid_t> children;
    for (int process = 1; process < plan_.processes; ++process) {
      const pid_t child = fork();
      if (child == 0) {
        live_in(process);
        _exit(EXIT_SUCCESS);
      }
      children.push_back(child);
    }
    send(0);
    live_in(0);
    for (const pid_t child : children) waitpid(child, nullptr, 0);
  }

 private:
  void open(int actor) {
    auto& ends = lines_.at(static_cast<std::size_t>(actor)).ends;
    const auto index = static_cast<std::size_t>(actor);
    switch (plan_.waits.at(index)) {
      case Wait::socket:
        if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) _exit(EXIT_FAILURE);
        break;
      case Wait::datagram:
        if (socketpair(AF_UNIX, SOCK_DGRAM, 0, ends) != 0) _exit(EXIT_FAILURE);
        break;
      case Wait::eventfd:
        ends[0] = eventfd(0, EFD_SEMAPHORE);
        ends[1] = dup(ends[0]);
        break;
      case Wait::semaphore:
        sem_init(&semaphores_->at(index), 1, 0);
        break;
      default:
        if (pipe(ends) != 0) _exit(EXIT_FAILURE);
    }
  }

  void send(int actor) {
    const auto index = static_cast<std::size_t>(actor);
    if (plan_.waits.at(index) == Wait::semaphore) {
      sem_post(&semaphores_->at(index));
    } else {
      write_one(lines_.at(index).ends[1]);
    }
  }

  void receive(int actor) {
    const auto index = static_cast<std::size_t>(actor);
    const int fd = lines_.at(index).ends[0];
    switch (plan_.waits.at(index)) {
      case Wait::semaphore:
        while (sem_wait(&semaphores_->at(index)) != 0) {
        }
        return;
      case Wait::poll: {
        pollfd entry{.fd = fd, .events = POLLIN, .revents = 0};
        while (poll(&entry, 1, -1) != 1) {
        }
        break;
      }
      case Wait::select: {
        fd_set set;
        do {
          FD_ZERO(&set);
          FD_SET(fd, &set);
        } while (select(fd + 1, &set, nullptr, nullptr, nullptr) != 1);
        break;
      }
      case Wait::epoll: {
        const posix::UniqueFd epoll(epoll_create1(0));
        epoll_event event{.events = EPOLLIN, .data = {}};
        epoll_ctl(epoll.get(), EPOLL_CTL_ADD, fd, &event);
        while (epoll_wait(epoll.get(), &event, 1, -1) != 1) {
        }
        break;
      }
      default:
        break;
    }
    read_eight(fd);
  }

  void live_in(int process) {
    std::vector<std::thread> threads;
    for (int thread = 1; thread < plan_.threads; ++thread) {
      threads.emplace_back([this, process, thread] { act(process * plan_.threads + thread); });
    }
    act(process * plan_.threads);
    for (std::thread& each : threads) each.join();
  }

  // The life of one actor.
  void act(int actor) {
    for (;;) {
      receive(actor);
      const std::size_t hop = progress_->hops++;
      if (hop > plan_.next.size()) return;  // somebody else was the last: go home
      if (hop == plan_.next.size()) {
        if (hangs_) {
          progress_->stands_still_ns = Clock::now().time_since_epoch().count();
        } else {
          for (int other = 0; other < plan_.actors(); ++other) send(other);
        }
        continue;
      }
      pass_on(plan_.next[hop], plan_.detours[hop]);
    }
  }

  void pass_on(int next, Detour detour) {
    switch (detour) {
      case Detour::thread:
        std::thread([this, next] { send(next); }).detach();
        return;
      case Detour::process:
        if (fork() == 0) {
          send(next);
          _exit(EXIT_SUCCESS);
        }
        return;
      case Detour::chain:  // each starts the next one and ends
        if (fork() != 0) return;
        for (int i = 0; i < 20; ++i) {
          if (fork() != 0) _exit(EXIT_SUCCESS);
        }
        send(next);
        _exit(EXIT_SUCCESS);
      case Detour::nap:
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        break;
      case Detour::timer: {
        const posix::UniqueFd timer(timerfd_create(CLOCK_MONOTONIC, 0));
        const itimerspec soon{.it_interval = {}, .it_value = {.tv_sec = 0, .tv_nsec = 2'000'000}};
        timerfd_settime(timer.get(), 0, &soon, nullptr);
        read_eight(timer.get());
        break;
      }
      case Detour::alarm: {  // it ends a child, and somebody waits for that
        const pid_t child = fork();
        if (child == 0) {
          const itimerval soon{.it_interval = {}, .it_value = {.tv_sec = 0, .tv_usec = 20'000}};
          setitimer(ITIMER_REAL, &soon, nullptr);
          testing::read_own_pipe();
        }
        waitpid(child, nullptr, 0);
        break;
      }
      case Detour::helper:
        if (!hangs_) {
          write_one(helper_);
          read_eight(helper_);
        }
        break;
      default:
        break;
    }
    send(next);
  }

  const Plan& plan_;
  const bool hangs_;
  const int helper_;
  posix::Shared<Progress> progress_;
  posix::Shared<Semaphores> semaphores_{};
  std::array<Pair, kMostActors> lines_{};
};

/// Outside: answers after a while.
class Helper {
 public:
  Helper() {
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, line_.ends), 0);
    thread_ = std::thread([this] {
      std::uint64_t bytes = 0;
      while (read(line_.ends[0], &bytes, sizeof bytes) == sizeof bytes) {
        std::this_thread::sleep_for(std::chrono::milliseconds(2));  // it works
        write_one(line_.ends[0]);
      }
    });
  }
  Helper(const Helper&) = delete;
  ~Helper() {
    shutdown(line_.ends[0], SHUT_RDWR);
    thread_.join();
  }
  int end_inside() const { return line_.ends[1]; }
  void close_in_the_tree() const { close(line_.ends[0]); }

 private:
  Pair line_{};
  std::thread thread_;
};

std::unique_ptr<scenarios::ChildProcess> start(RandomTree& tree, const Helper& helper) {
  const auto life = [&] {
    helper.close_in_the_tree();
    tree.live();
    return EXIT_SUCCESS;
  };
  return std::make_unique<scenarios::ChildProcess>(life, scenarios::ChildProcess::Group::own);
}

std::uint64_t number_in(const char* variable, std::uint64_t by_default) {
  const char* asked = std::getenv(variable);
  return asked == nullptr ? by_default : std::strtoull(asked, nullptr, 10);
}
std::uint64_t first_tree() { return number_in("WORKBENCH_FIRST_TREE", 0); }
std::uint64_t end_of_trees() { return number_in("WORKBENCH_TREES", 100); }

TEST(RandomTree, ThatLivesIsNeverCalledAHang) {
  SKIP_WHERE_A_FORK_MAY_HANG();
  std::uint64_t looks = 0;
  std::uint64_t frozen = 0;
  for (std::uint64_t seed = first_tree(); seed < end_of_trees(); ++seed) {
    const Helper helper;
    const Plan plan(seed);
    RandomTree tree(plan, false, helper.end_inside());
    const auto child = start(tree, helper);
    while (!child->wait_until(Clock::now() + std::chrono::microseconds(100))) {  // the pace
      const Finding finding = examine(testing::children_of_here());
      ASSERT_NE(finding.kind, Finding::Kind::hang)
          << "seed " << seed << testing::described(finding);
      ++looks;
      frozen += finding.was_frozen ? 1 : 0;
    }
    ASSERT_EQ(child->end().code, EXIT_SUCCESS) << "seed " << seed;
    ASSERT_GT(tree.progress().hops, plan.next.size()) << "seed " << seed;
  }
  RecordProperty("looks", std::to_string(looks));
  RecordProperty("frozen", std::to_string(frozen));
  std::printf("%lu looks, %lu of them at a frozen tree\n", looks, frozen);
}

// How fast is measured here, and never decides: machines are slow at times.
TEST(RandomTree, ThatHangsIsProvedTo) {
  SKIP_WHERE_A_FORK_MAY_HANG();
  std::vector<double> delays;
  for (std::uint64_t seed = first_tree(); seed < end_of_trees(); ++seed) {
    const Helper helper;
    const Plan plan(seed);
    RandomTree tree(plan, true, helper.end_inside());
    const auto child = start(tree, helper);
    for (;;) {  // until it is proved: the test has a limit of time
      const Finding finding = examine(testing::children_of_here());
      if (finding.kind == Finding::Kind::hang) break;
      ASSERT_FALSE(child->wait_until(Clock::now() + std::chrono::milliseconds(1)))  // the pace
          << "seed " << seed << ": " << finding.why;
    }
    ASSERT_NE(tree.progress().stands_still_ns, 0) << "seed " << seed << ": proved while it lived";
    const auto now = Clock::now().time_since_epoch().count();
    delays.push_back(static_cast<double>(now - tree.progress().stands_still_ns) / 1e6);
  }
  std::sort(delays.begin(), delays.end());
  std::printf(
      "%zu hangs proved; median %.1f ms after the tree stood still, 95 of 100 within %.1f ms\n",
      delays.size(), delays[delays.size() / 2], delays[delays.size() * 95 / 100]);
}

}  // namespace
}  // namespace workbench::hang_proof
