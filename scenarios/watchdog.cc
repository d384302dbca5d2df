#include "scenarios/watchdog.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <optional>

#include "core/failure.h"
#include "core/trace/trace.h"
#include "scenarios/account_of_run.h"
#include "scenarios/board_reading.h"
#include "scenarios/child_process.h"
#include "scenarios/kernel/proof.h"
#include "scenarios/told.h"

namespace workbench::scenarios {
namespace {

using kernel::Finding;
using Milliseconds = std::chrono::duration<double, std::milli>;

// How long a run is left alone between two looks at it, and how long what it leaves behind may
// stay.
constexpr std::chrono::milliseconds kPace{3};
constexpr std::chrono::seconds kGrace{1};

void redirect(Output output) {
  const int to = output == Output::to_stderr ? dup(STDERR_FILENO) : open("/dev/null", O_WRONLY);
  dup2(to, STDOUT_FILENO);
  if (output == Output::discarded) dup2(to, STDERR_FILENO);
  close(to);
}

class Watch {
 public:
  Watch(const Subject& subject, const std::string& runtime, const Scenario& scenario, Output output)
      : subject_(subject),
        scenario_(scenario),
        trace_(trace::make_trace()),
        child_([&] { return live(runtime, output); }, ChildProcess::Group::own) {}

  RunRecord record() {
    const TimePoint deadline = deadline_after(start_, scenario_.deadline);
    while (!child_.wait_until(std::min(Clock::now() + kPace, deadline))) {
      Finding finding = kernel::examine({getpid(), false});
      if (is_hang(finding)) return ended_as(Verdict::hang, finding);
      if (Clock::now() >= deadline) {
        record_.why_alive = finding.why;
        return ended_as(Verdict::stuck, finding);
      }
    }
    return returned();
  }

 private:
  // In the child.
  int live(const std::string& runtime, Output output) {
    redirect(output);
    try {
      const Stage stage(scenario_, runtime, *trace_);
      account_.tell(account_of_run(subject_, stage));
      return EXIT_SUCCESS;
    } catch (...) {
      fmt::print(stderr, "workbench: the run could not be told: {}\n",
                 current_failure().headline());
      return EXIT_FAILURE;
    }
  }

  bool is_hang(const Finding& finding) {
    if (finding.kind == Finding::Kind::hang) return true;
    // The kernel does not let us see all. Then the board must say so at two looks, between which
    // nothing happened.
    const bool hangs = finding.kind != Finding::Kind::alive && board_says_hang();
    const TimePoint latest = trace_->recorder.latest();
    const bool again = hangs && hung_since_ == latest;
    hung_since_ = hangs ? std::optional(latest) : std::nullopt;
    return again;
  }

  bool board_says_hang() const {
    const auto there = [](int process) { return kill(process, 0) == 0; };
    RunRecord standing;
    read_standing(*trace_, there, standing);
    return scenarios::board_says_hang(waits_on(*trace_, there), standing);
  }

  // The run has not ended by itself.
  RunRecord ended_as(Verdict verdict, const Finding& finding) {
    const auto there = [&](int process) {
      return std::any_of(finding.looks.begin(), finding.looks.end(),
                         [&](const kernel::Look& look) { return look.process == process; });
    };
    if (verdict == Verdict::stuck) ChildProcess::end_all();  // or it would write while we read
    read_board(*trace_, there, record_);
    for (const kernel::Look& look : finding.looks) {
      const auto call = look.call();
      record_.threads.push_back(
          {look.process, look.thread, look.command, call ? call->name() : "running"});
    }
    record_.waits = waits_on(*trace_, there);
    if (verdict == Verdict::hang) {
      const bool proved = finding.kind == Finding::Kind::hang;
      record_.hang = Hang{.kind = kind_of(record_.waits, record_),
                          .proof = proved ? Proof::proved : Proof::corroborated};
    }
    count_results(scenario_, record_.account);
    return finish(verdict, trace_->recorder.latest());
  }

  RunRecord returned() {
    const TimePoint end = Clock::now();
    const Ending ending = child_.ending();
    record_.exit_code = ending.code;
    record_.signal = ending.signal;
    Verdict verdict = Verdict::crash;
    if (auto account = ending.code == EXIT_SUCCESS ? account_.heard() : std::nullopt) {
      record_.account = *std::move(account);
      verdict = verdict_of(record_.account);
    }
    record_.leaked_processes = ChildProcess::left_behind(kGrace);
    ChildProcess::end_all();
    read_board(
        *trace_, [](int) { return false; }, record_);
    if (verdict == Verdict::crash) count_results(scenario_, record_.account);
    return finish(verdict, end);
  }

  RunRecord finish(Verdict verdict, TimePoint quiescence) {
    record_.verdict = verdict;
    trace::Event event =
        trace::Trace::event(trace::Kind::verdict, trace::kNone, trace::kNone, name_of(verdict));
    event.actor = trace::kWatchdog;
    event.seq = record_.events.empty() ? 0 : record_.events.back().seq + 1;
    event.t_ns = (Clock::now() - trace_->recorder.start()).count();
    record_.events.push_back(event);
    record_.elapsed_ms = Milliseconds(Clock::now() - start_).count();
    record_.verdict_ms = Milliseconds(Clock::now() - quiescence).count();
    return std::move(record_);
  }

  const Subject& subject_;
  const Scenario& scenario_;
  trace::SharedTrace trace_;
  Told<Account> account_;
  TimePoint start_ = Clock::now();
  RunRecord record_;
  std::optional<TimePoint> hung_since_{};  // the last event before the board said so
  ChildProcess child_;
};

}  // namespace

RunRecord watch_run(const Subject& subject, const std::string& runtime, const Scenario& scenario,
                    Output output, std::uint64_t seed) {
  RunRecord record = Watch(subject, runtime, scenario, output).record();
  record.scenario = scenario.name;
  record.subject = subject.name;
  record.runtime = runtime;
  record.seed = seed;
  return record;
}

}  // namespace workbench::scenarios
