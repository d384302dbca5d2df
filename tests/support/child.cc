#include "tests/support/child.h"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <set>
#include <system_error>
#include <vector>

namespace workbench::testing {
namespace {

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

int make_file(const char* name) {
  const int fd = memfd_create(name, MFD_CLOEXEC);
  if (fd < 0) fail("memfd_create");
  return fd;
}

std::string contents(int fd) {
  std::string text;
  std::array<char, 4096> bytes{};
  ssize_t size = 0;
  while ((size = pread(fd, bytes.data(), bytes.size(), static_cast<off_t>(text.size()))) > 0) {
    text.append(bytes.data(), static_cast<std::size_t>(size));
  }
  return text;
}

// The programs of all Children that have not been waited for.
std::set<pid_t>& programs() {
  static std::set<pid_t> pids;
  return pids;
}

// Our other children. We start none but programs, so these were started by programs that have lost
// them: we are the subreaper. In whatever group they are, and also if they have ended by now.
std::vector<pid_t> orphans() {
  std::vector<pid_t> found;
  const std::filesystem::path threads = "/proc/self/task";
  for (const auto& thread : std::filesystem::directory_iterator(threads)) {
    std::ifstream children(thread.path() / "children");
    for (pid_t child = 0; children >> child;) {
      if (!programs().contains(child)) found.push_back(child);
    }
  }
  return found;
}

}  // namespace

Child::Child(std::vector<std::string> command, int terminal)
    : out_(make_file("stdout")), err_(make_file("stderr")) {
  // Workers that lose their parent become ours, so that we can wait for them.
  if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) fail("prctl");
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (std::string& word : command) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_ = fork();
  if (pid_ < 0) fail("fork");
  if (pid_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setpgid(0, 0);
    dup2(out_, STDOUT_FILENO);
    dup2(terminal < 0 ? err_ : terminal, STDERR_FILENO);
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  setpgid(pid_, pid_);  // whoever comes first; it fails for the other
  programs().insert(pid_);
}

Child::~Child() {
  kill(-pid_, SIGKILL);
  wait_for_workers();
  programs().erase(pid_);
  // One that ends leaves us its own children.
  for (std::vector<pid_t> left; !(left = orphans()).empty();) {
    for (const pid_t each : left) {
      kill(each, SIGKILL);
      waitpid(each, nullptr, 0);
    }
  }
  close(out_);
  close(err_);
}

bool Child::has_ended() const {
  siginfo_t ended{};
  waitid(P_PID, static_cast<id_t>(pid_), &ended, WEXITED | WNOHANG | WNOWAIT);
  return ended.si_pid == pid_;
}

std::string Child::out() const { return contents(out_); }
std::string Child::err() const { return contents(err_); }

void Child::send(int signal) const { kill(pid_, signal); }

Child::Result Child::wait() {
  int status = 0;
  if (waitpid(pid_, &status, 0) != pid_) fail("waitpid");
  programs().erase(pid_);
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  return {code, out(), err(), !orphans().empty()};
}

void Child::wait_for_workers() {
  while (waitpid(-pid_, nullptr, 0) > 0 || errno == EINTR) {
  }
}

}  // namespace workbench::testing
