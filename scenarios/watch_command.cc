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
constexpr std::chrono::seconds kGrace{1};       // after an interrupt
constexpr int kSignalBase = 128;                // what shells add to the number of a signal

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

  /// The signal that has come; 0: none.
  int take() const {
    signalfd_siginfo info{};
    const bool any = read(fd_.get(), &info, sizeof info) == sizeof info;
    return any ? static_cast<int>(info.ssi_signo) : 0;
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
  int interrupted_by = 0;
  std::size_t left_behind = 0;  // processes that outlived the command
};

// Lets the command hear the signal, and ends what does not listen.
void interrupt(int signal) {
  for (const pid_t each : kernel::processes_of({getpid(), false})) kill(each, signal);
  ChildProcess::left_behind(kGrace);
}

Outcome observe(const WatchOptions& options) {
  const TimePoint start = Clock::now();
  const Interrupts interrupts;
  const Told<int> no_exec;
  ChildProcess child([&] { return become(options, no_exec); }, ChildProcess::Group::ours);
  const TimePoint deadline =
      options.deadline.count() == 0 ? TimePoint::max() : deadline_after(start, options.deadline);
  Outcome outcome;
  const auto conclude = [&](Verdict verdict) {
    outcome.verdict = verdict;
    outcome.elapsed_ms = Milliseconds(Clock::now() - start).count();
    return outcome;
  };
  while (!child.wait_until(std::min(Clock::now() + kPace, deadline), interrupts.fd())) {
    outcome.interrupted_by = interrupts.take();
    outcome.finding = kernel::examine({getpid(), false});
    if (outcome.interrupted_by != 0) {
      interrupt(outcome.interrupted_by);
      return conclude(Verdict::stuck);
    }
    if (outcome.finding.kind == Finding::Kind::hang) return conclude(Verdict::hang);
    if (Clock::now() >= deadline) return conclude(Verdict::stuck);
  }
  outcome.ending = child.ending();
  if (const auto error = no_exec.heard()) {
    throw NoSuchCommand(
        fmt::format("cannot run '{}': {}", options.command.front(), std::strerror(*error)));
  }
  outcome.left_behind = ChildProcess::left_behind(kGrace);
  return conclude(outcome.ending.signal ? Verdict::crash : Verdict::completed);
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
          {"leaked_processes", outcome.left_behind},
          {"threads", hangs || stuck ? threads : Json::array()},
          {"elapsed_ms", outcome.elapsed_ms}};
}

// To stderr: stdout is the command's.
void tell(const Outcome& outcome, const Palette& palette) {
  if (outcome.verdict == Verdict::crash) {
    fmt::print(stderr, "workbench: CRASH: ended by {}\n", signal_name(*outcome.ending.signal));
  }
  if (outcome.left_behind > 0) {
    fmt::print(stderr, "workbench: {} processes outlived the command and were ended\n",
               outcome.left_behind);
  }
  if (outcome.verdict != Verdict::hang && outcome.verdict != Verdict::stuck) return;
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
  if (outcome.interrupted_by != 0) return kSignalBase + outcome.interrupted_by;
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
  } else if (outcome.interrupted_by == 0) {
    tell(outcome, Palette(options.color, STDERR_FILENO));
  }
  return exit_code(outcome);
}

}  // namespace workbench::scenarios
