#include "scenarios/child_run.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cereal/archives/binary.hpp>
#include <cereal/types/optional.hpp>
#include <cereal/types/string.hpp>
#include <cereal/types/vector.hpp>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <string>
#include <system_error>
#include <vector>

#include "scenarios/proc.h"

extern "C" {  // glibc 2.36 does not say so itself
#include <sys/pidfd.h>
}

namespace workbench::scenarios {
namespace {

using processes::UniqueFd;

// Throws std::system_error for a file descriptor that is none.
UniqueFd checked(int fd, const char* what) {
  if (fd < 0) throw std::system_error(errno, std::generic_category(), what);
  return UniqueFd(fd);
}

void discard_output() {
  const UniqueFd nowhere(open("/dev/null", O_WRONLY | O_CLOEXEC));
  dup2(nowhere.get(), STDOUT_FILENO);
  dup2(nowhere.get(), STDERR_FILENO);
}

void write_all(int fd, const std::string& bytes) {
  for (std::size_t written = 0; written < bytes.size();) {
    const ssize_t some = write(fd, bytes.data() + written, bytes.size() - written);
    if (some < 0) throw std::system_error(errno, std::generic_category(), "write");
    written += static_cast<std::size_t>(some);
  }
}

std::string read_all(int fd) {
  std::string bytes;
  char buffer[1 << 16];
  lseek(fd, 0, SEEK_SET);
  for (ssize_t some = 0; (some = read(fd, buffer, sizeof buffer)) > 0;) {
    bytes.append(buffer, static_cast<std::size_t>(some));
  }
  return bytes;
}

// The child's life. Leaves by _exit: what is registered with exit belongs to the parent.
[[noreturn]] void live(const std::function<Account()>& run, int told) {
  std::ostringstream bytes;
  try {
    cereal::BinaryOutputArchive archive(bytes);
    archive(run());
    write_all(told, bytes.str());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "workbench: the run could not be told: %s\n", error.what());
    std::fflush(nullptr);
    _exit(EXIT_FAILURE);
  }
  std::fflush(nullptr);
  _exit(EXIT_SUCCESS);
}

// Waits until the process of `pidfd` has ended, or until the deadline.
bool wait_for_end(int pidfd, TimePoint deadline) {
  pollfd end{.fd = pidfd, .events = POLLIN, .revents = 0};
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    const bool untimed = deadline == TimePoint::max();
    const int timeout = untimed ? -1 : static_cast<int>(std::max<std::int64_t>(0, left.count()));
    if (poll(&end, 1, timeout) > 0) return true;
    if (!untimed && Clock::now() >= deadline) return false;
  }
}

}  // namespace

ChildRun::ChildRun(const std::function<Account()>& run, Output output)
    : told_(checked(memfd_create("account", MFD_CLOEXEC), "memfd_create")) {
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  std::fflush(nullptr);  // or the child would write our unwritten output once more
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (pid_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(EXIT_FAILURE);
    prctl(PR_SET_CHILD_SUBREAPER, 0);
    setpgid(0, 0);
    if (output == Output::discarded) discard_output();
    live(run, told_.get());
  }
  setpgid(pid_, pid_);  // whoever comes first
  pidfd_ = checked(pidfd_open(pid_, 0), "pidfd_open");
}

ChildRun::~ChildRun() { end_all(); }

bool ChildRun::wait_until(TimePoint deadline) const { return wait_for_end(pidfd_.get(), deadline); }

Ending ChildRun::ending() {
  Ending ending;
  siginfo_t info{};
  if (waitid(P_PIDFD, static_cast<id_t>(pidfd_.get()), &info, WEXITED) != 0) {
    throw std::system_error(errno, std::generic_category(), "waitid");
  }
  if (info.si_code != CLD_EXITED) {
    ending.signal = info.si_status;
    return ending;
  }
  ending.code = info.si_status;
  try {
    std::istringstream bytes(read_all(told_.get()));
    cereal::BinaryInputArchive archive(bytes);
    Account account;
    archive(account);
    ending.account = std::move(account);
  } catch (const cereal::Exception&) {  // it ended before it had told
  }
  return ending;
}

std::size_t ChildRun::left_behind(Duration grace) {
  const TimePoint deadline = Clock::now() + grace;
  for (;;) {
    const std::vector<pid_t> left = descendants(getpid());
    if (left.empty() || Clock::now() >= deadline) return left.size();
    const UniqueFd one(pidfd_open(left.front(), 0));
    if (one) wait_for_end(one.get(), deadline);
    while (waitpid(-1, nullptr, WNOHANG) > 0) {
    }
  }
}

void ChildRun::end_all() {
  for (;;) {
    for (const pid_t each : descendants(getpid())) kill(each, SIGKILL);
    // Untimed: they were killed. Those of them whose parents are gone become our children.
    if (waitpid(-1, nullptr, 0) < 0 && errno == ECHILD) return;
  }
}

}  // namespace workbench::scenarios
