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

Fork fork_process() {
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(EXIT_FAILURE);  // the parent died before prctl
    return {};
  }
  UniqueFd pidfd(pidfd_open(child, 0));
  if (!pidfd) {
    const int error = errno;
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);  // untimed: the child was just killed
    throw std::system_error(error, std::generic_category(), "pidfd_open");
  }
  return {child, std::move(pidfd)};
}

void send_signal(const UniqueFd& pidfd, int signal) {
  pidfd_send_signal(pidfd.get(), signal, nullptr, 0);
}

}  // namespace workbench::posix
