#include "scenarios/blocked.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <ios>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <system_error>
#include <vector>

namespace workbench::scenarios {
namespace {

namespace fs = std::filesystem;

// ThreadSanitizer adds a thread that naps and looks around. The programs under test never nap.
#if defined(__SANITIZE_THREAD__)
constexpr bool kThreadSanitizer = true;
#else
constexpr bool kThreadSanitizer = false;
#endif

// Is this line of /proc/PID/task/TID/syscall a wait that only an event can end?
bool is_untimed_wait(const std::string& line) {
  std::istringstream in(line);
  long number = -1;
  if (!(in >> number >> std::hex)) return false;  // "running"
  std::array<unsigned long, 6> arguments{};
  for (unsigned long& argument : arguments) {
    std::string word;
    in >> word;
    argument = std::strtoul(word.c_str(), nullptr, 16);
  }
  switch (number) {
    case SYS_futex: {
      const unsigned long operation = arguments[1] & static_cast<unsigned long>(FUTEX_CMD_MASK);
      const bool waits = operation == FUTEX_WAIT || operation == FUTEX_WAIT_BITSET;
      return waits && arguments[3] == 0;
    }
    case SYS_ppoll:
      return arguments[2] == 0;
#ifdef SYS_poll
    case SYS_poll:
      return static_cast<int>(arguments[2]) < 0;
#endif
    case SYS_wait4:
      return (arguments[2] & WNOHANG) == 0;
    case SYS_waitid:
      return (arguments[3] & WNOHANG) == 0;
    case SYS_read:
    case SYS_recvfrom:
    case SYS_recvmsg:
    case SYS_accept:
    case SYS_accept4:
      return true;
    default:
      return false;
  }
}

// How often a thread has been taken off its processor.
std::string switches(const fs::path& thread) {
  std::ifstream status(thread / "status");
  std::string found;
  for (std::string line; std::getline(status, line);) {
    if (line.find("ctxt_switches") != std::string::npos) found += line;
  }
  return found;
}

struct Look {
  std::string switches_before;
  std::string syscall;
  std::string switches_after;

  explicit Look(const fs::path& thread) : switches_before(switches(thread)) {
    std::ifstream in(thread / "syscall");
    std::getline(in, syscall);
    switches_after = switches(thread);
  }
  bool operator==(const Look&) const = default;

  bool waits() const {
    return !switches_before.empty() && switches_before == switches_after &&
           is_untimed_wait(syscall);
  }
  bool naps() const { return syscall.starts_with(std::to_string(SYS_nanosleep) + " "); }
};

using Pass = std::map<std::string, Look>;

// A look at each thread of `root` and its descendants; empty if one of them does not wait.
std::optional<Pass> look_at_all(pid_t root) {
  Pass pass;
  std::vector<pid_t> processes{root};
  while (!processes.empty()) {
    const fs::path threads = "/proc/" + std::to_string(processes.back()) + "/task";
    processes.pop_back();
    std::error_code gone;
    fs::directory_iterator thread(threads, gone);
    for (; !gone && thread != fs::directory_iterator(); thread.increment(gone)) {
      const Look look(thread->path());
      if (kThreadSanitizer && look.naps()) continue;
      if (!look.waits()) return std::nullopt;
      pass.emplace(thread->path(), look);
      std::ifstream children(thread->path() / "children");
      if (!children) return std::nullopt;  // without it, no one can say that it has no workers
      for (pid_t child = 0; children >> child;) processes.push_back(child);
    }
    if (gone) return std::nullopt;
  }
  return pass;
}

}  // namespace

bool is_blocked(pid_t root) {
  const auto first = look_at_all(root);
  return first && first == look_at_all(root);
}

}  // namespace workbench::scenarios
