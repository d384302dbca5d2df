#include "scenarios/watch_command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/exit.h"
#include "scenarios/child_process.h"
#include "scenarios/exit_code.h"
#include "scenarios/kernel/proof.h"
#include "scenarios/told.h"
#include "scenarios/verdict.h"

namespace workbench::scenarios {
namespace {

using kernel::Finding;
using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr std::chrono::milliseconds kPace{10};  // between two looks
constexpr std::chrono::seconds kGrace{1};       // for what outlives the command
constexpr std::chrono::seconds kPatience{5};    // after it was asked to end
constexpr int kSignalBase = 128;                // what shells add to the number of a signal

struct Interrupt {
  int signal = 0;
  bool from_terminal = false;  ///< which has sent it to the command, too
};

/// What the terminal, or whoever ends us, sends: readable while blocked.
class Interrupts {
 public:
  Interrupts() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&set, signal);
    sigprocmask(SIG_BLOCK, &set, nullptr);
    fd_ = processes::UniqueFd(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  }

  int fd() const { return fd_.get(); }

  /// The one that has come, if any.
  std::optional<Interrupt> take() const {
    signalfd_siginfo info{};
    if (read(fd_.get(), &info, sizeof info) != sizeof info) return std::nullopt;
    return Interrupt{static_cast<int>(info.ssi_signo), info.ssi_code == SI_KERNEL};
  }

 private:
  processes::UniqueFd fd_;
};

// In the child: becomes the command. Says why if it cannot.
int become(const WatchOptions& options, const Told<int>& no_exec) {
  if (options.json) dup2(STDERR_FILENO, STDOUT_FILENO);
  std::vector<char*> words;
  for (const std::string& word : options.command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  execvp(words.front(), words.data());
  no_exec.tell(errno);
  return kUsage;
}

struct Outcome {
  Verdict verdict = Verdict::completed;
  Ending ending{};    // if it has ended
  Finding finding{};  // the last look, if it has not
  double elapsed_ms = 0;
  int interrupted_by = 0;        // the last interrupt
  bool ended_by_force = false;   // because of it
  std::size_t left_behind = 0;   // processes that outlived the command
  std::vector<pid_t> defiant{};  // those of them that could not be ended
};

/// Lets the command answer interrupts as if nobody watched it, but not for ever.
class Manners {
 public:
  explicit Manners(TimePoint deadline) : deadline_(deadline) {}

  /// Passes it on, unless the command has heard it from the terminal. False: enough of it.
  bool pass_on(const Interrupt& interrupt) {
    const bool ctrl_c = interrupt.signal == SIGINT && interrupt.from_terminal;
    if (ctrl_c && last_ != 0) return false;
    if (!interrupt.from_terminal && interrupt.signal != last_) {  // some senders repeat themselves
      for (const pid_t each : kernel::processes_of({getpid(), false})) kill(each, interrupt.signal);
    }
    // At a person's prompt, Ctrl-C is no wish to end.
    if (!ctrl_c) limit_ = std::min(limit_, Clock::now() + kPatience);
    last_ = interrupt.signal;
    return true;
  }

  TimePoint next() const { return std::min({Clock::now() + kPace, deadline_, limit_}); }
  bool out_of_patience() const { return Clock::now() >= limit_; }
  int last() const { return last_; }

 private:
  TimePoint deadline_;
  TimePoint limit_ = TimePoint::max();
  int last_ = 0;
};

void watch_until_end(const WatchOptions& options, Outcome& outcome) {
  const TimePoint start = Clock::now();
  const Interrupts interrupts;
  const Told<int> no_exec;
  ChildProcess child([&] { return become(options, no_exec); }, ChildProcess::Group::ours);
  const TimePoint deadline =
      options.deadline.count() == 0 ? TimePoint::max() : deadline_after(start, options.deadline);
  Manners manners(deadline);
  const auto conclude = [&](Verdict verdict) {
    outcome.verdict = verdict;
    outcome.elapsed_ms = Milliseconds(Clock::now() - start).count();
  };
  while (!child.wait_until(manners.next(), interrupts.fd())) {
    const auto interrupt = interrupts.take();
    outcome.finding = kernel::examine({getpid(), false});
    const bool enough = interrupt && !manners.pass_on(*interrupt);
    outcome.interrupted_by = manners.last();
    outcome.ended_by_force = enough || manners.out_of_patience();
    if (outcome.ended_by_force) return conclude(Verdict::stuck);
    if (interrupt) continue;  // what was seen was before it
    if (outcome.finding.kind == Finding::Kind::hang) return conclude(Verdict::hang);
    if (Clock::now() >= deadline) return conclude(Verdict::stuck);
  }
  outcome.ending = child.ending();
  if (const auto error = no_exec.heard()) {
    throw NoSuchCommand(
        fmt::format("cannot run '{}': {}", options.command.front(), std::strerror(*error)));
  }
  outcome.left_behind = ChildProcess::left_behind(kGrace);
  conclude(outcome.ending.signal ? Verdict::crash : Verdict::completed);
}

Outcome observe(const WatchOptions& options) {
  Outcome outcome;
  watch_until_end(options, outcome);
  outcome.defiant = kernel::processes_of({getpid(), false});  // everything else has been ended
  return outcome;
}

std::string call_name(const kernel::Look& look) {
  const auto call = look.call();
  return call ? call->name() : "running";
}

nlohmann::ordered_json to_json(const WatchOptions& options, const Outcome& outcome) {
  using Json = nlohmann::ordered_json;
  Json threads = Json::array();
  for (const kernel::Look& look : outcome.finding.looks) {
    threads.push_back({{"process", look.process},
                       {"thread", look.thread},
                       {"command", look.command},
                       {"state", std::string(1, look.state)},
                       {"call", call_name(look)}});
  }
  const bool hangs = outcome.verdict == Verdict::hang;
  const bool stuck = outcome.verdict == Verdict::stuck;
  const auto& ending = outcome.ending;
  return {{"schema_version", 1},
          {"command", options.command},
          {"verdict", name_of(outcome.verdict)},
          {"exit_code", ending.code ? Json(*ending.code) : Json(nullptr)},
          {"signal", ending.signal ? Json(signal_name(*ending.signal)) : Json(nullptr)},
          {"hang", hangs ? Json{{"proof", name_of(Proof::proved)}} : Json(nullptr)},
          {"why_alive", stuck ? Json(outcome.finding.why) : Json(nullptr)},
          {"leaked_processes", std::max(outcome.left_behind, outcome.defiant.size())},
          {"threads", hangs || stuck ? threads : Json::array()},
          {"elapsed_ms", outcome.elapsed_ms}};
}

// To stderr: stdout is the command's.
void tell(const Outcome& outcome, const Palette& palette) {
  if (!outcome.defiant.empty()) {
    fmt::print(stderr, "workbench: not permitted to end: process {}\n",
               fmt::join(outcome.defiant, ", "));
  }
  const bool as_asked = outcome.ended_by_force || outcome.ending.signal == outcome.interrupted_by;
  if (outcome.verdict == Verdict::crash && !as_asked) {
    fmt::print(stderr, "workbench: CRASH: ended by {}\n", signal_name(*outcome.ending.signal));
  }
  if (outcome.left_behind > 0) {
    fmt::print(stderr, "workbench: {} processes outlived the command and were ended\n",
               outcome.left_behind);
  }
  if (as_asked || (outcome.verdict != Verdict::hang && outcome.verdict != Verdict::stuck)) return;
  const std::string headline =
      outcome.verdict == Verdict::hang
          ? fmt::format("HANG, proved: nothing of it runs, and nothing can wake it")
          : fmt::format("STUCK: not done after {:.0f} ms, but alive: {}", outcome.elapsed_ms,
                        outcome.finding.why);
  fmt::print(stderr, "workbench: {}\n", palette.bad(headline));
  for (const kernel::Look& look : outcome.finding.looks) {
    fmt::print(stderr, "  process {} thread {} {:<15} {}\n", look.process, look.thread,
               look.command, call_name(look));
  }
}

int exit_code(const Outcome& outcome) {
  if (outcome.ended_by_force) return kSignalBase + outcome.interrupted_by;
  if (outcome.verdict == Verdict::hang) return kHang;
  if (outcome.verdict == Verdict::stuck) return kDeadline;
  return outcome.ending.signal ? kSignalBase + *outcome.ending.signal : *outcome.ending.code;
}

}  // namespace

int watch(const WatchOptions& options) {
  const Outcome outcome = observe(options);
  if (options.json) {
    fmt::print("{}\n", to_json(options, outcome)
                           .dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  } else {
    tell(outcome, Palette(options.color, STDERR_FILENO));
  }
  return exit_code(outcome);
}

}  // namespace workbench::scenarios
