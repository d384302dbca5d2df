#include "scenarios/process/supervised.h"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "core/posix/fork.h"
#include "scenarios/hang_proof/proc.h"
#include "scenarios/process/child_process.h"

namespace workbench::scenarios {
namespace {

constexpr int kSignalBase = 128;

// The signals that are passed on.
sigset_t relayed(const posix::InheritedSignals& inherited) {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1}) {
    if (!inherited.ignores(signal)) sigaddset(&set, signal);
  }
  return set;
}

std::vector<pid_t> children_of_here() {
  std::vector<pid_t> children;
  for (const pid_t each : hang_proof::processes_of({.root = getpid(), .with_root = false})) {
    if (hang_proof::parent_of(each) == getpid()) children.push_back(each);
  }
  return children;
}

// The supervisor was killed, and what it has started has become ours.
void end_what_is_left(const std::vector<pid_t>& before) {
  for (;;) {
    pid_t one = 0;
    for (const pid_t each : children_of_here()) {
      if (std::find(before.begin(), before.end(), each) != before.end()) continue;
      if (kill(each, SIGKILL) == 0) one = each;
    }
    if (one == 0) return;
    while (waitpid(one, nullptr, 0) < 0 && errno == EINTR) {  // untimed: it was just killed
    }
  }
}

[[noreturn]] void live(const std::function<int()>& life, pid_t starter) {
  prctl(PR_SET_PDEATHSIG, kStarterDied);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, kStarterDied);
  sigprocmask(SIG_BLOCK, &set, nullptr);
  if (getppid() != starter) _exit(EXIT_FAILURE);  // it has died before that
  const int code = life();
  std::fflush(nullptr);
  _exit(code);
}

}  // namespace

int supervised(const posix::InheritedSignals& inherited, const std::function<int()>& life) {
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  std::signal(SIGCHLD, SIG_DFL);  // or nobody could be waited for
  const std::vector<pid_t> before = children_of_here();
  const pid_t starter = getpid();
  std::fflush(nullptr);
  const sigset_t set = relayed(inherited);
  sigprocmask(SIG_BLOCK, &set, nullptr);
  posix::Fork fork = posix::fork_process();
  if (fork.in_child()) live(life, starter);
  const posix::UniqueFd signals(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  for (;;) {
    std::array<pollfd, 2> fds{pollfd{.fd = fork.pidfd.get(), .events = POLLIN, .revents = 0},
                              pollfd{.fd = signals.get(), .events = POLLIN, .revents = 0}};
    poll(fds.data(), fds.size(), -1);  // untimed: until it ends, as `life` promises
    signalfd_siginfo info{};
    while (read(signals.get(), &info, sizeof info) == sizeof info) {
      // What the terminal sends, it sends to all.
      if (info.ssi_code != SI_KERNEL)
        posix::send_signal(fork.pidfd, static_cast<int>(info.ssi_signo));
    }
    if (fds[0].revents != 0) break;
  }
  siginfo_t end{};
  while (waitid(P_PIDFD, static_cast<id_t>(fork.pidfd.get()), &end, WEXITED) != 0 &&
         errno == EINTR) {
  }
  if (end.si_code == CLD_EXITED) return end.si_status;
  end_what_is_left(before);
  return kSignalBase + end.si_status;
}

}  // namespace workbench::scenarios
