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

namespace {

// As long as it lives, no signal is delivered to this thread.
class BlockedSignals {
 public:
  BlockedSignals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  BlockedSignals(const BlockedSignals&) = delete;
  ~BlockedSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

  void unblock_all() { sigemptyset(&before_); }

 private:
  sigset_t before_{};
};

void reset_handlers() {
  for (int signal = 1; signal <= SIGRTMAX; ++signal) {
    struct sigaction now {};
    if (sigaction(signal, nullptr, &now) != 0) continue;  // the C library keeps some for itself
    const bool has_handler = (now.sa_flags & SA_SIGINFO) != 0 ||
                             (now.sa_handler != SIG_DFL && now.sa_handler != SIG_IGN);
    if (has_handler) std::signal(signal, SIG_DFL);
  }
}

}  // namespace

Fork fork_process(int ignored_signal) {
  const pid_t parent = getpid();
  BlockedSignals blocked;
  const pid_t child = fork();
  const int error = errno;
  if (child < 0) throw std::system_error(error, std::generic_category(), "fork");
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(EXIT_FAILURE);  // the parent died before prctl
    reset_handlers();
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

}  // namespace workbench::posix
