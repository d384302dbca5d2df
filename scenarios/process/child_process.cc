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
#include <set>
#include <system_error>
#include <vector>

#include "core/posix/fork.h"
#include "scenarios/hang_proof/proc.h"

extern "C" {  // glibc 2.36 does not declare it so itself
#include <sys/pidfd.h>
}

namespace workbench::scenarios {
namespace {

using posix::UniqueFd;

constexpr std::chrono::milliseconds kPace{10};  // of looking for those that are not seen
constexpr std::chrono::seconds kPatience{1};    // the time for processes that we may not kill

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

// The children that were started here: they are ours even if /proc does not show them.
std::set<pid_t>& started() {
  static std::set<pid_t> pids;
  return pids;
}

ProcessEnd end_in(const siginfo_t& info) {
  if (info.si_code == CLD_EXITED) return {.code = info.si_status};
  return {.signal = info.si_status};
}

// Sets the process group. The child shall not be a subreaper, and shall have no signals blocked,
// even if its parent does.
void prepare_child(ChildProcess::Group group) {
  prctl(PR_SET_CHILD_SUBREAPER, 0);
  if (group == ChildProcess::Group::own) setpgid(0, 0);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

// Waits until one of the two descriptors is readable, or the deadline has come. Says which ones are
// readable. A descriptor of -1 is ignored.
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
  std::fflush(nullptr);  // otherwise the child would write our buffered output again
  posix::Fork fork = posix::fork_process();
  if (fork.in_child()) {
    prepare_child(group);
    const int code = life();
    std::fflush(nullptr);
    _exit(code);  // not `exit`: its handlers belong to the parent
  }
  if (group == Group::own) setpgid(fork.pid, fork.pid);  // the child does it, too, maybe earlier
  pid_ = fork.pid;
  pidfd_ = std::move(fork.pidfd);
  started().insert(pid_);
}

ChildProcess::~ChildProcess() {
  end_all();
  started().erase(pid_);
}

bool ChildProcess::wait_until(TimePoint deadline, int also) const {
  return wait_for_either(pidfd_.get(), also, deadline)[0];
}

void ChildProcess::reap_others(
    const std::function<void(pid_t process, ProcessEnd end)>& hear) const {
  for (;;) {
    siginfo_t info{};
    if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0) return;
    if (info.si_pid == 0 || info.si_pid == pid_) return;
    waitpid(info.si_pid, nullptr, WNOHANG);
    hear(info.si_pid, end_in(info));
  }
}

ProcessEnd ChildProcess::end() {
  siginfo_t info{};
  if (waitid(P_PIDFD, static_cast<id_t>(pidfd_.get()), &info, WEXITED) != 0) fail("waitid");
  started().erase(pid_);
  return end_in(info);
}

std::size_t ChildProcess::left_behind(Duration grace) {
  const TimePoint deadline = Clock::now() + grace;
  for (;;) {
    // Reap those that have ended; then wait for one of the others.
    while (waitpid(-1, nullptr, WNOHANG) > 0) {
    }
    const std::vector<pid_t> left =
        hang_proof::processes_of({.root = getpid(), .with_root = false});
    if (left.empty() || Clock::now() >= deadline) return left.size();
    const UniqueFd one(pidfd_open(left.front(), 0));
    if (one) wait_for_either(one.get(), -1, deadline);
  }
}

void ChildProcess::ask_all_to_end(Duration grace) {
  for (const pid_t each : hang_proof::processes_of({.root = getpid(), .with_root = false})) {
    kill(each, SIGTERM);
    kill(each, SIGCONT);  // who is stopped could not answer
  }
  left_behind(grace);
}

std::vector<pid_t> ChildProcess::end_all() {
  const TimePoint deadline = Clock::now() + kPatience;
  for (;;) {
    // A process may start another one just before we kill it. So kill all that there are, wait for
    // one of them, reap, and look again, until nothing is left.
    pid_t killed = 0;
    std::vector<pid_t> defiant;
    auto all = hang_proof::processes_of({.root = getpid(), .with_root = false});
    if (all.empty()) all.assign(started().begin(), started().end());
    for (const pid_t each : all) {
      if (kill(each, SIGKILL) == 0) {
        killed = each;
      } else if (errno == EPERM) {  // it runs as another user, as with sudo
        defiant.push_back(each);
      }
    }
    // Open it before it is reaped: afterwards its number may belong to another process.
    const UniqueFd one(pidfd_open(killed != 0 || defiant.empty() ? killed : defiant.front(), 0));
    // Descendants whose parents are gone have become our children, so we can reap them, too.
    pid_t reaped = 0;
    while ((reaped = waitpid(-1, nullptr, WNOHANG)) > 0) {
      started().erase(reaped);
    }
    if (reaped < 0 && errno == ECHILD) return {};
    if (killed == 0 && Clock::now() >= deadline) return defiant;
    // A killed process does end, however slowly, so we come back here as often as it takes. Only
    // those that we may not kill, or do not see, have a deadline.
    wait_for_either(
        one ? one.get() : -1, -1,
        killed != 0 ? Clock::now() + kPatience : std::min(deadline, Clock::now() + kPace));
  }
}

}  // namespace workbench::scenarios
