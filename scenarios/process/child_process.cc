#include "scenarios/process/child_process.h"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <system_error>
#include <vector>

#include "core/posix/fork.h"
#include "scenarios/hang_proof/proc.h"

extern "C" {  // glibc 2.36 does not say so itself
#include <sys/pidfd.h>
}

namespace workbench::scenarios {
namespace {

using posix::UniqueFd;

constexpr std::chrono::seconds kPatience{1};  // with those that we may not kill

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

// The process group, and what of the parent's the child shall not inherit.
void prepare_child(ChildProcess::Group group) {
  prctl(PR_SET_CHILD_SUBREAPER, 0);
  if (group == ChildProcess::Group::own) setpgid(0, 0);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

// Waits until one of the two is readable, at most until the deadline. Which ones are?
std::array<bool, 2> wait_for_either(int first, int second, TimePoint deadline) {
  std::array<pollfd, 2> fds{pollfd{.fd = first, .events = POLLIN, .revents = 0},
                            pollfd{.fd = second, .events = POLLIN, .revents = 0}};
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    const bool untimed = deadline == TimePoint::max();
    constexpr std::int64_t kMost = 1'000'000'000;
    const auto timeout =
        untimed ? -1 : static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, kMost));
    if (poll(fds.data(), fds.size(), timeout) > 0) {
      return {fds[0].revents != 0, fds[1].revents != 0};
    }
    if (!untimed && Clock::now() >= deadline) return {false, false};
  }
}

}  // namespace

ChildProcess::ChildProcess(const std::function<int()>& life, Group group) {
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  std::fflush(nullptr);  // or the child would write our unwritten output once more
  posix::Fork fork = posix::fork_process();
  if (fork.in_child()) {
    prepare_child(group);
    const int code = life();
    std::fflush(nullptr);
    _exit(code);  // what is registered with exit belongs to the parent
  }
  if (group == Group::own) setpgid(fork.pid, fork.pid);  // whoever comes first
  pidfd_ = std::move(fork.pidfd);
}

ChildProcess::~ChildProcess() { end_all(); }

bool ChildProcess::wait_until(TimePoint deadline, int also) const {
  return wait_for_either(pidfd_.get(), also, deadline)[0];
}

ProcessEnd ChildProcess::end() {
  siginfo_t info{};
  if (waitid(P_PIDFD, static_cast<id_t>(pidfd_.get()), &info, WEXITED) != 0) fail("waitid");
  if (info.si_code == CLD_EXITED) return {.code = info.si_status};
  return {.signal = info.si_status};
}

std::size_t ChildProcess::left_behind(Duration grace) {
  const TimePoint deadline = Clock::now() + grace;
  for (;;) {
    while (waitpid(-1, nullptr, WNOHANG) > 0) {
    }
    const std::vector<pid_t> left = hang_proof::processes_of({getpid(), false});
    if (left.empty() || Clock::now() >= deadline) return left.size();
    const UniqueFd one(pidfd_open(left.front(), 0));
    if (one) wait_for_either(one.get(), -1, deadline);
  }
}

std::vector<pid_t> ChildProcess::end_all() {
  const TimePoint deadline = Clock::now() + kPatience;
  for (;;) {
    pid_t killed = 0;
    std::vector<pid_t> defiant;
    for (const pid_t each : hang_proof::processes_of({getpid(), false})) {
      if (kill(each, SIGKILL) == 0) {
        killed = each;
      } else if (errno == EPERM) {  // it runs as another user, as what sudo starts does
        defiant.push_back(each);
      }
    }
    const UniqueFd one(pidfd_open(killed != 0 || defiant.empty() ? killed : defiant.front(), 0));
    // Those whose parents are gone have become our children.
    pid_t reaped = 0;
    while ((reaped = waitpid(-1, nullptr, WNOHANG)) > 0) {
    }
    if (reaped < 0 && errno == ECHILD) return {};
    if (killed == 0 && !defiant.empty() && Clock::now() >= deadline) return defiant;
    // Without a limit for those that were killed, however slowly they go: we come back here.
    if (one) wait_for_either(one.get(), -1, killed != 0 ? Clock::now() + kPatience : deadline);
  }
}

}  // namespace workbench::scenarios
