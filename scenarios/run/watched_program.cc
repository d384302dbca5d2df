#include "scenarios/run/watched_program.h"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <set>
#include <system_error>

#include "core/posix/fork.h"
#include "scenarios/model/usage_error.h"

namespace workbench::scenarios {
namespace {

using hang_proof::processes_of;

constexpr std::chrono::seconds kGrace{1};  // for what outlives the program, or is asked to end
constexpr int kMostMilliseconds = 1'000'000'000;

// For poll(2): -1 for no limit.
int milliseconds_until(TimePoint deadline) {
  if (deadline == TimePoint::max()) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, kMostMilliseconds));
}

bool descends_from(pid_t process, pid_t ancestor) {
  for (pid_t each = process; each > 0; each = hang_proof::parent_of(each)) {
    if (each == ancestor) return true;
  }
  return false;
}

posix::UniqueFd pidfd_of(pid_t process) {
  try {
    return posix::open_pidfd(process);
  } catch (const std::system_error& error) {
    throw UsageError(fmt::format("--pid {}: {}", process, error.code().message()));
  }
}

}  // namespace

// ---- StartedProgram: all that descends from us

hang_proof::Tree StartedProgram::tree() const { return {.root = getpid(), .with_root = false}; }

bool StartedProgram::wait_until(TimePoint deadline, int also) {
  return child_->wait_until(deadline, also);
}

void StartedProgram::reap(EndedProcesses& ended) {
  child_->reap_others([&](pid_t process, ProcessEnd end) {
    ended.note({.process = process, .command = "process", .end = end, .when = Clock::now()});
  });
}

bool StartedProgram::pass_on(int signal) {
  for (const pid_t each : processes_of(tree())) kill(each, signal);
  return true;
}

std::size_t StartedProgram::left_behind() { return ChildProcess::left_behind(kGrace); }
void StartedProgram::ask_to_end() { ChildProcess::ask_all_to_end(kGrace); }

std::vector<pid_t> StartedProgram::end_by_force() {
  child_.reset();
  return processes_of(tree());
}

// ---- AttachedProgram

AttachedProgram::AttachedProgram(pid_t process) : process_(process), pidfd_(pidfd_of(process)) {
  if (descends_from(getpid(), process)) {
    throw UsageError(fmt::format("--pid {}: the watchdog is part of it", process));
  }
}

bool AttachedProgram::wait_until(TimePoint deadline, int also) {
  std::array<pollfd, 2> fds{pollfd{.fd = pidfd_.get(), .events = POLLIN, .revents = 0},
                            pollfd{.fd = also, .events = POLLIN, .revents = 0}};
  poll(fds.data(), fds.size(), milliseconds_until(deadline));  // an interruption: look again
  return fds[0].revents != 0;
}

void AttachedProgram::ask_to_end() {
  for (const pid_t each : processes_of(tree())) {
    kill(each, SIGTERM);
    kill(each, SIGCONT);  // who is stopped could not answer
  }
  wait_until(Clock::now() + kGrace, -1);
}

// First they are stopped, until no list shows a new one: who is stopped starts nobody. If they were
// killed one after the other, what one has just started would become somebody else's child.
std::vector<pid_t> AttachedProgram::end_by_force() {
  std::set<pid_t> stopped;
  for (bool is_new = true; is_new;) {
    is_new = false;
    for (const pid_t each : processes_of(tree())) {
      if (!stopped.insert(each).second) continue;
      is_new = true;
      kill(each, SIGSTOP);
    }
  }
  std::vector<pid_t> defiant;
  for (const pid_t each : stopped) {
    if (kill(each, SIGKILL) != 0 && errno == EPERM) defiant.push_back(each);
  }
  wait_until(Clock::now() + kGrace, -1);
  return defiant;
}

}  // namespace workbench::scenarios
