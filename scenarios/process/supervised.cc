#include "scenarios/process/supervised.h"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "core/posix/fork.h"
#include "scenarios/process/orphans.h"

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
  const Orphans orphans;
  std::signal(SIGCHLD, SIG_DFL);  // or nobody could be waited for
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
  orphans.end();  // what the supervisor has started has become ours
  return kSignalBase + end.si_status;
}

}  // namespace workbench::scenarios
