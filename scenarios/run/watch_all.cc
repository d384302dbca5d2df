#include "scenarios/run/watch_all.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <list>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

#include "core/exit.h"
#include "core/posix/fork.h"
#include "scenarios/process/child_result.h"
#include "scenarios/run/watchdog.h"

namespace workbench::scenarios {
namespace {

// A process that watches one run.
class WatchdogProcess {
 public:
  WatchdogProcess(const RunSpec& spec, std::size_t index, std::uint64_t seed)
      : index_(index), command_(spec.command()) {
    std::fflush(nullptr);  // otherwise the child would write our buffered output again
    fork_ = posix::fork_process();
    if (fork_.in_child()) _exit(keep_watch(spec, seed));
  }
  WatchdogProcess(const WatchdogProcess&) = delete;
  ~WatchdogProcess() {
    if (over_) return;
    kill(fork_.pid, SIGKILL);  // its run dies with its parent
    waitpid(fork_.pid, nullptr, 0);
  }

  int pidfd() const { return fork_.pidfd.get(); }
  std::size_t index() const { return index_; }

  /// Requires: the watchdog has ended.
  RunRecord record() {
    int status = 0;
    waitpid(fork_.pid, &status, 0);
    over_ = true;
    auto record = result_.read();
    if (record) return *std::move(record);
    const std::string how = WIFSIGNALED(status)
                                ? "was ended by " + signal_name(WTERMSIG(status))
                                : fmt::format("exited with {}", WEXITSTATUS(status));
    throw std::runtime_error(fmt::format("the watchdog of `{}` {}", command_, how));
  }

 private:
  int keep_watch(const RunSpec& spec, std::uint64_t seed) {
    try {
      result_.write(watch_run(spec, Output::discarded, seed));
      return EXIT_SUCCESS;
    } catch (const std::exception& error) {
      fmt::print(stderr, "workbench: {}\n", error.what());
      return EXIT_FAILURE;
    }
  }

  std::size_t index_;
  std::string command_;  // that makes the same run
  ChildResult<RunRecord> result_;
  posix::Fork fork_{};
  bool over_ = false;
};

void wait_for_any(const std::list<WatchdogProcess>& watchdogs) {
  std::vector<pollfd> ends;
  for (const WatchdogProcess& each : watchdogs) {
    ends.push_back({.fd = each.pidfd(), .events = POLLIN, .revents = 0});
  }
  poll(ends.data(), ends.size(), -1);  // no limit: every watchdog has a deadline
}

bool has_ended(const WatchdogProcess& watchdog) {
  pollfd end{.fd = watchdog.pidfd(), .events = POLLIN, .revents = 0};
  return poll(&end, 1, 0) > 0;
}

}  // namespace

std::vector<JudgedRun> watch_all(const std::vector<RunSpec>& specs, std::uint64_t seed,
                                 const std::function<void(std::size_t)>& done) {
  refuse_other_threads();
  // Most runs spend most of their time waiting, so there may be more of them than processors.
  const std::size_t at_once = std::clamp(2 * std::thread::hardware_concurrency(), 2U, 16U);
  std::vector<RunRecord> records(specs.size());
  std::list<WatchdogProcess> watchdogs;
  for (std::size_t started = 0, over = 0; over < specs.size();) {
    while (watchdogs.size() < at_once && started < specs.size()) {
      watchdogs.emplace_back(specs[started], started, seed);
      ++started;
    }
    wait_for_any(watchdogs);
    for (auto watchdog = watchdogs.begin(); watchdog != watchdogs.end();) {
      if (!has_ended(*watchdog)) {
        ++watchdog;
        continue;
      }
      records[watchdog->index()] = watchdog->record();
      watchdog = watchdogs.erase(watchdog);
      done(++over);
    }
  }
  std::vector<JudgedRun> runs;
  runs.reserve(specs.size());
  for (std::size_t i = 0; i < specs.size(); ++i) {
    runs.push_back(judge(specs[i], std::move(records[i])));
  }
  return runs;
}

}  // namespace workbench::scenarios
