#include "core/posix/fork.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <system_error>
#include <utility>

extern "C" {  // the header of glibc 2.36 has no extern "C" itself
#include <sys/pidfd.h>
}

namespace workbench::posix {

Fork fork_process(int ignored_signal, const SignalHandlers& handlers) {
  const pid_t parent = getpid();
  BlockedSignals blocked;
  const pid_t child = fork();
  const int error = errno;
  if (child < 0) throw std::system_error(error, std::generic_category(), "fork");
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(EXIT_FAILURE);  // the parent died before prctl
    handlers.reset();
    if (ignored_signal != 0) std::signal(ignored_signal, SIG_IGN);
    blocked.unblock_all();
    return {};
  }
  UniqueFd pidfd(pidfd_open(child, 0));
  if (!pidfd) {
    const int no_pidfd = errno;
    kill(child, SIGKILL);
    while (waitpid(child, nullptr, 0) < 0 && errno == EINTR) {  // untimed: it was just killed
    }
    throw std::system_error(no_pidfd, std::generic_category(), "pidfd_open");
  }
  return {child, std::move(pidfd)};
}

UniqueFd open_pidfd(pid_t process) {
  UniqueFd pidfd(pidfd_open(process, 0));
  if (!pidfd) throw std::system_error(errno, std::generic_category(), "pidfd_open");
  return pidfd;
}

void send_signal(const UniqueFd& pidfd, int signal) {
  pidfd_send_signal(pidfd.get(), signal, nullptr, 0);
}

void send_signal_to_group(const UniqueFd& first, pid_t group, int signal) {
  constexpr unsigned kProcessGroup = 1U << 2U;  // PIDFD_SIGNAL_PROCESS_GROUP
  if (pidfd_send_signal(first.get(), signal, nullptr, kProcessGroup) == 0 || errno != EINVAL)
    return;
  siginfo_t info{};
  const bool is_there =
      waitid(P_PIDFD, static_cast<id_t>(first.get()), &info, WEXITED | WNOHANG | WNOWAIT) == 0;
  if (is_there) kill(-group, signal);
}

}  // namespace workbench::posix
