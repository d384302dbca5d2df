/// @file
/// Lives of a child process, for tests of the proof of a hang: each is a function that the child
/// calls while the test looks at it.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "core/posix/shared_memory.h"
#include "core/posix/unique_fd.h"
#include "core/time.h"
#include "scenarios/hang_proof/proof.h"
#include "scenarios/process/child_process.h"
#include "tests/support/pair.h"
#include "tests/support/sanitizers.h"

namespace workbench::testing {

/// All that this process has started.
inline hang_proof::Tree children_of_here() { return {.root = getpid(), .with_root = false}; }

using Life = std::function<void()>;

inline auto as_child(const Life& life) {
  return [&life] {
    life();
    return EXIT_SUCCESS;
  };
}

/// Looks at `life` in a child until a hang is proved, or until `why` has been said against one a
/// few times, or it has ended. No limit: a life that does none of these is for the test's timeout.
inline hang_proof::Finding look_at(const Life& life, const std::string& why = "") {
  constexpr int kEnough = 20;
  scenarios::ChildProcess child(as_child(life), scenarios::ChildProcess::Group::own);
  for (int said = 0;;) {
    hang_proof::Finding finding = hang_proof::examine(children_of_here());
    if (!why.empty() && finding.why.find(why) != std::string::npos) ++said;
    if (finding.kind == hang_proof::Finding::Kind::hang || said == kEnough) return finding;
    const bool ended = child.wait_until(Clock::now() + std::chrono::milliseconds(1));  // the pace
    if (ended) return {.why = "it has ended"};
  }
}

inline void expect_hang(const Life& life) {
  const hang_proof::Finding finding = look_at(life);
  EXPECT_EQ(finding.kind, hang_proof::Finding::Kind::hang) << finding.why;
}

inline void expect_no_hang(const std::string& why, const Life& life) {
  const hang_proof::Finding finding = look_at(life, why);
  EXPECT_NE(finding.kind, hang_proof::Finding::Kind::hang);
  EXPECT_THAT(finding.why, ::testing::HasSubstr(why));
}

inline std::string described(const hang_proof::Finding& finding) {
  std::string text = "; " + finding.why;
  for (const auto& each : finding.snapshots) {
    text += "\n" + std::to_string(each.thread) + " " + each.command + " " + each.call_line;
  }
  return text;
}

/// How often it has been looked at; the life itself may ask, too.
using Looks = std::atomic<int>;

/// A life that goes on by itself: it is looked at until it has ended.
inline void expect_to_live(const std::function<void(const Looks&)>& life) {
  const auto shared = posix::make_shared_memory<Looks>();
  Looks& looks = *shared;
  scenarios::ChildProcess child(as_child([&] { life(looks); }),
                                scenarios::ChildProcess::Group::own);
  while (!child.wait_until(Clock::now() + std::chrono::microseconds(500))) {  // the pace
    const hang_proof::Finding finding = hang_proof::examine(children_of_here());
    EXPECT_NE(finding.kind, hang_proof::Finding::Kind::hang)
        << "look " << looks << described(finding);
    if (finding.kind == hang_proof::Finding::Kind::hang) return;
    ++looks;
  }
  EXPECT_EQ(child.end().code, EXIT_SUCCESS);
}

inline void expect_to_live(const Life& life) {
  expect_to_live([&](const Looks&) { life(); });
}

/// A life that goes on when somebody outside does something: it waits meanwhile, and is looked at.
/// Then `help` is called, and the life has to end. `after_start`: what happens outside as soon as
/// the child is there, and has what it inherits.
inline void expect_to_wait_for(
    const Life& help, const Life& life, const Life& after_start = [] {}) {
  constexpr int kEnough = 30;
  scenarios::ChildProcess child(as_child(life), scenarios::ChildProcess::Group::own);
  after_start();
  std::string why;
  for (int waited = 0; waited < kEnough;) {
    const hang_proof::Finding finding = hang_proof::examine(children_of_here());
    ASSERT_NE(finding.kind, hang_proof::Finding::Kind::hang);
    why = finding.why;
    if (finding.kind != hang_proof::Finding::Kind::alive) ++waited;
    ASSERT_FALSE(child.wait_until(Clock::now() + std::chrono::milliseconds(1)));  // the pace
  }
  ::testing::Test::RecordProperty("why", why);
  help();
  EXPECT_TRUE(child.wait_until(TimePoint::max()));  // no limit: the test has one
  EXPECT_EQ(child.end().code, EXIT_SUCCESS) << why;
}

/// The same for a child that shares something with this process, which is outside: `flags` of
/// clone(2).
inline void expect_clone_to_wait_for(int flags, const Life& help, const Life& life) {
  constexpr int kEnough = 30;
  constexpr std::size_t kStack = std::size_t{1} << 20U;
  const auto live = [](void* what) {
    (*static_cast<const Life*>(what))();
    _exit(EXIT_SUCCESS);
    return EXIT_SUCCESS;
  };
  std::vector<char> stack(kStack);
  const pid_t child = clone(live, stack.data() + stack.size(), flags | SIGCHLD,
                            const_cast<Life*>(&life));  // NOLINT: it is passed on unchanged
  ASSERT_GT(child, 0);
  int status = 0;
  std::string why;
  for (int waited = 0; waited < kEnough;) {
    const hang_proof::Finding finding = hang_proof::examine(children_of_here());
    why = finding.why;
    EXPECT_NE(finding.kind, hang_proof::Finding::Kind::hang);
    if (finding.kind == hang_proof::Finding::Kind::hang) break;
    if (finding.kind != hang_proof::Finding::Kind::alive) ++waited;
    ASSERT_EQ(waitpid(child, &status, WNOHANG), 0) << why;
    sched_yield();
  }
  ::testing::Test::RecordProperty("why", why);
  help();
  EXPECT_EQ(waitpid(child, &status, 0), child);  // no limit: the test has one
  EXPECT_EQ(status, 0) << why;
}

/// In a process with several threads: waits until this one sleeps. It has to say its number first.
inline void wait_until_it_sleeps(const std::atomic<pid_t>& thread) {
  const auto sleeps = [&] {
    const auto snapshot = hang_proof::snapshot_of(getpid(), thread);
    return snapshot && snapshot->state == 'S';
  };
  while (thread == 0 || !sleeps()) sched_yield();
}

/// AddressSanitizer has locks of its own. A process that is forked while another thread of its
/// parent begins may find one of them locked for ever, and then it hangs indeed.
#define SKIP_WHERE_A_FORK_MAY_HANG()           \
  if (::workbench::testing::kAddressSanitizer) \
  GTEST_SKIP() << "a fork beside threads may hang under AddressSanitizer"

/// Kinds of TCP connections; `both`: a socket of IPv6 listens, and one of IPv4 connects to it.
enum class Tcp { v4, v6, both };

/// Connects the two ends over this host. The second stays -1 where that cannot be.
inline void connect_to_self(Pair& line, Tcp kind) {
  const bool four_connects = kind != Tcp::v6;
  sockaddr_in four{};
  four.sin_family = AF_INET;
  four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  sockaddr_in6 six{};
  six.sin6_family = AF_INET6;
  six.sin6_addr = four_connects ? in6addr_any : in6addr_loopback;
  const auto any = [](auto& address) { return reinterpret_cast<sockaddr*>(&address); };

  const bool four_listens = kind == Tcp::v4;
  sockaddr* const address = four_listens ? any(four) : any(six);
  socklen_t size = four_listens ? sizeof four : sizeof six;
  const posix::UniqueFd listener(socket(address->sa_family, SOCK_STREAM, 0));
  if (bind(listener.get(), address, size) != 0 || listen(listener.get(), 1) != 0) return;
  getsockname(listener.get(), address, &size);
  if (!four_listens) four.sin_port = six.sin6_port;

  line.ends[0] = socket(four_connects ? AF_INET : AF_INET6, SOCK_STREAM, 0);
  const socklen_t size_to = four_connects ? sizeof four : sizeof six;
  if (connect(line.ends[0], four_connects ? any(four) : any(six), size_to) != 0) return;
  line.ends[1] = accept(listener.get(), nullptr, nullptr);
}

inline bool has_tcp(Tcp kind) {
  Pair line;
  connect_to_self(line, kind);
  return line.ends[1] >= 0;
}

/// Waits for what nobody but itself can write.
inline void read_own_pipe() {
  Pair line;
  if (pipe(line.ends) == 0) read_one(line.ends[0]);
}

}  // namespace workbench::testing
