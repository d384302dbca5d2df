#include "scenarios/run/watch_all.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <list>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include "core/exit.h"
#include "core/posix/fork.h"
#include "scenarios/process/child_result.h"
#include "scenarios/process/orderly_end.h"
#include "scenarios/process/orphans.h"
#include "scenarios/run/watchdog.h"

namespace workbench::scenarios {
namespace {

// What a watchdog is told.
struct Instructions {
  Output output;
  std::uint64_t seed;
  Stacks stacks;
};

// What a watchdog tells: what it has seen, or why it could see nothing.
struct Told {
  RunRecord record{};
  std::string error{};

  /// Saves and loads (cereal).
  template <class Archive>
  void serialize(Archive& archive) {
    archive(record, error);
  }
};

// A process that watches one run.
class WatchdogProcess {
 public:
  WatchdogProcess(const RunSpec& spec, std::size_t index, const Instructions& instructions)
      : spec_(spec), index_(index) {
    std::fflush(nullptr);  // otherwise the child would write our buffered output again
    const pid_t starter = getpid();
    fork_ = posix::fork_process();
    if (fork_.in_child()) _exit(keep_watch(starter, instructions));
  }
  WatchdogProcess(const WatchdogProcess&) = delete;
  ~WatchdogProcess() {
    if (!over_) end();
  }

  /// Ends it, and with it its run. Returns whether it was killed: then what it had started is left.
  bool end() {
    ask_to_end();
    pollfd end{.fd = pidfd(), .events = POLLIN, .revents = 0};
    poll(&end, 1, kPatience);
    posix::send_signal(fork_.pidfd, SIGKILL);
    over_ = true;
    return WIFSIGNALED(reap());
  }

  int pidfd() const { return fork_.pidfd.get(); }
  pid_t pid() const { return fork_.pid; }
  std::size_t index() const { return index_; }
  bool was_killed() const { return was_killed_; }
  void ask_to_end() const { posix::send_signal(fork_.pidfd, SIGTERM); }

  /// Requires: the watchdog has ended. If its run has killed it, that is all that the record says,
  /// and what the two had started is left.
  RunRecord record() {
    const int status = reap();
    over_ = true;
    was_killed_ = WIFSIGNALED(status);
    if (auto told = result_.read()) {
      if (told->error.empty()) return std::move(told->record);
      throw std::runtime_error(fmt::format("`{}`: {}", spec_.command(), told->error));
    }
    const std::string how = WIFSIGNALED(status)
                                ? "was ended by " + signal_name(WTERMSIG(status))
                                : fmt::format("exited with {}", WEXITSTATUS(status));
    RunRecord record = record_of_nothing(spec_);
    record.verdict = Verdict::invalid;
    record.mistakes.push_back("nothing is known of this run, because its watchdog " + how);
    return record;
  }

 private:
  static constexpr int kPatience = 5'000;  // ms, for a watchdog that was asked to end

  // No exception may leave it: what is above it on the stack belongs to the other process.
  int keep_watch(pid_t starter, const Instructions& instructions) noexcept {
    std::signal(SIGTERM, SIG_DFL);  // even if it was ignored, it is how we are asked to end
    const OrderlyEnd orderly_end;
    prctl(PR_SET_PDEATHSIG, SIGTERM);  // not SIGKILL: it shall end its run in good order
    if (getppid() != starter) return EXIT_FAILURE;  // it has died before that
    try {
      result_.write(told(instructions));
      return EXIT_SUCCESS;
    } catch (...) {  // asked to end, or there is no room for what was seen
      return EXIT_FAILURE;
    }
  }

  Told told(const Instructions& instructions) const {
    Told told;
    try {
      told.record = watch_run(spec_, instructions.output, instructions.seed, instructions.stacks);
    } catch (const std::exception& error) {
      told.error = error.what();
    }
    return told;
  }

  int reap() const {
    int status = 0;
    while (waitpid(fork_.pid, &status, 0) < 0 && errno == EINTR) {  // untimed: it has ended
    }
    return status;
  }

  const RunSpec& spec_;
  std::size_t index_;
  ChildResult<Told> result_;
  posix::Fork fork_{};
  bool over_ = false;
  bool was_killed_ = false;
};

bool has_ended(const WatchdogProcess& watchdog) {
  pollfd end{.fd = watchdog.pidfd(), .events = POLLIN, .revents = 0};
  return poll(&end, 1, 0) > 0;
}

// The watchdogs that are at work.
class Watchdogs {
 public:
  Watchdogs() = default;
  Watchdogs(const Watchdogs&) = delete;
  /// Ends those that are still there, all at the same time.
  ~Watchdogs() {
    for (const WatchdogProcess& each : all_) each.ask_to_end();
    bool was_killed = false;
    for (WatchdogProcess& each : all_) was_killed = each.end() || was_killed;
    if (was_killed) orphans_.end();
  }

  std::size_t size() const { return all_.size(); }
  void start(const RunSpec& spec, std::size_t index, const Instructions& instructions) {
    all_.emplace_back(spec, index, instructions);
  }

  /// Waits until at least one has ended. Throws AskedToEnd.
  void wait_for_any() const {
    std::vector<pollfd> ends;
    ends.reserve(all_.size());
    for (const WatchdogProcess& each : all_) {
      ends.push_back({.fd = each.pidfd(), .events = POLLIN, .revents = 0});
    }
    // Every watchdog has a deadline. The limit is for a signal that comes just before `poll`.
    constexpr int kGlance = 100;  // ms
    do {
      OrderlyEnd::check();
    } while (poll(ends.data(), ends.size(), kGlance) <= 0);
    OrderlyEnd::check();  // what has ended may have been asked to, as we were
  }

  /// Calls `over` with the index and the record of each that has ended.
  template <class Over>
  void collect(const Over& over) {
    for (auto watchdog = all_.begin(); watchdog != all_.end();) {
      if (!has_ended(*watchdog)) {
        ++watchdog;
        continue;
      }
      const std::size_t index = watchdog->index();
      RunRecord record = watchdog->record();
      const bool was_killed = watchdog->was_killed();
      watchdog = all_.erase(watchdog);
      if (was_killed) orphans_.end(pids());
      over(index, std::move(record));
    }
  }

 private:
  std::vector<pid_t> pids() const {
    std::vector<pid_t> pids;
    pids.reserve(all_.size());
    for (const WatchdogProcess& each : all_) pids.push_back(each.pid());
    return pids;
  }

  Orphans orphans_;
  std::list<WatchdogProcess> all_;
};

}  // namespace

std::vector<JudgedRun> watch_all(const std::vector<RunSpec>& specs, std::uint64_t seed,
                                 const std::function<void(std::size_t)>& done, Stacks stacks,
                                 Output output) {
  refuse_other_threads();
  std::signal(SIGCHLD, SIG_DFL);  // or nobody could be waited for
  const OrderlyEnd orderly_end;
  // Most runs spend most of their time waiting, so there may be more of them than processors.
  const std::size_t at_once = std::clamp(4 * std::thread::hardware_concurrency(), 4U, 32U);
  std::vector<RunRecord> records(specs.size());
  Watchdogs watchdogs;
  for (std::size_t started = 0, over = 0; over < specs.size();) {
    while (watchdogs.size() < at_once && started < specs.size()) {
      watchdogs.start(specs[started], started, {output, seed, stacks});
      ++started;
    }
    watchdogs.wait_for_any();
    watchdogs.collect([&](std::size_t index, RunRecord record) {
      records[index] = std::move(record);
      done(++over);
    });
  }
  OrderlyEnd::check();
  std::vector<JudgedRun> runs;
  runs.reserve(specs.size());
  for (std::size_t i = 0; i < specs.size(); ++i) {
    runs.push_back(judge(specs[i], std::move(records[i])));
  }
  return runs;
}

JudgedRun watch_one(const RunSpec& spec, std::uint64_t seed, Output output) {
  return std::move(watch_all(
                       {spec}, seed, [](std::size_t) {}, Stacks::wanted, output)
                       .front());
}

}  // namespace workbench::scenarios
