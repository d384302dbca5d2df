#include "scenarios/run/watchdog.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <optional>

#include "core/failure.h"
#include "scenarios/hang_proof/proof.h"
#include "scenarios/process/child_process.h"
#include "scenarios/process/child_result.h"
#include "scenarios/run/diagnosis.h"
#include "scenarios/run/run_subject.h"
#include "scenarios/trace/trace.h"

namespace workbench::scenarios {
namespace {

using hang_proof::Finding;
using Milliseconds = std::chrono::duration<double, std::milli>;

// The time between two examinations of a run, and how long the processes that it leaves behind may
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
  Watch(const RunSpec& spec, Output output)
      : spec_(spec),
        trace_(trace::make_trace()),
        child_([&] { return live(output); }, ChildProcess::Group::own) {}

  RunRecord record() {
    const TimePoint deadline = deadline_after(start_, spec_.scenario->deadline);
    while (!child_.wait_until(std::min(Clock::now() + kPace, deadline))) {
      Finding finding =
          hang_proof::examine({.root = getpid(), .with_root = false, .keeps_descriptors = true});
      if (is_hang(finding)) return ended_as(Verdict::hang, finding);
      if (Clock::now() >= deadline) {
        record_.why_alive = finding.why;
        return ended_as(Verdict::stuck, finding);
      }
    }
    return returned();
  }

 private:
  // In the child: makes the run, and hands its result to the watchdog.
  int live(Output output) {
    redirect(output);
    try {
      const TestBed bed(*spec_.scenario, spec_.runtime, *trace_);
      result_.write(run_subject(*spec_.subject, bed));
      return EXIT_SUCCESS;
    } catch (...) {
      fmt::print(stderr, "workbench: the run could not be told: {}\n",
                 current_failure().headline());
      return EXIT_FAILURE;
    }
  }

  bool is_hang(const Finding& finding) {
    if (finding.kind == Finding::Kind::hang) return true;
    // We may not read all that a proof needs. Then trust the wait board, but only if it says twice
    // that the run hangs, and no event was recorded in between.
    const bool hangs = finding.kind == Finding::Kind::unreadable && board_says_hang();
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

  // The record of a run that has not ended by itself.
  RunRecord ended_as(Verdict verdict, const Finding& finding) {
    const auto there = [&](int process) {
      return std::any_of(
          finding.snapshots.begin(), finding.snapshots.end(),
          [&](const hang_proof::ThreadSnapshot& snapshot) { return snapshot.process == process; });
    };
    if (verdict == Verdict::stuck) ChildProcess::end_all();  // or it might write while we read
    read_board(*trace_, there, record_);
    for (const hang_proof::ThreadSnapshot& snapshot : finding.snapshots) {
      const auto call = snapshot.call();
      record_.threads.push_back({snapshot.process, snapshot.thread, snapshot.command,
                                 call ? std::optional(call->name()) : std::nullopt});
    }
    record_.waits = waits_on(*trace_, there);
    if (verdict == Verdict::hang) {
      const bool proved = finding.kind == Finding::Kind::hang;
      record_.hang = Hang{.kind = kind_of(record_.waits, record_),
                          .proof = proved ? Proof::proved : Proof::corroborated};
    }
    tally_unfinished();
    return finish(verdict, trace_->recorder.latest());
  }

  // The record of a run whose process has ended by itself: returned, exited, or died of a signal.
  RunRecord returned() {
    const TimePoint end = Clock::now();
    const ProcessEnd end_of_child = child_.end();
    record_.exit_code = end_of_child.code;
    record_.signal = end_of_child.signal;
    Verdict verdict = Verdict::crash;
    if (auto result = end_of_child.code == EXIT_SUCCESS ? result_.read() : std::nullopt) {
      record_.result = *std::move(result);
      verdict = verdict_of(record_.result);
    }
    record_.leaked_processes = ChildProcess::left_behind(kGrace);
    ChildProcess::end_all();
    read_board(
        *trace_, [](int) { return false; }, record_);
    if (verdict == Verdict::crash) tally_unfinished();
    return finish(verdict, end);
  }

  void tally_unfinished() {
    record_.result.tally =
        tally_of_unfinished(*spec_.scenario, read_results_in_hand(*trace_, record_));
  }

  // Completes the record. The verdict is also its last event. `quiescence` is when nothing happened
  // any more.
  RunRecord finish(Verdict verdict, TimePoint quiescence) {
    record_.verdict = verdict;
    trace::Event event = trace::Trace::event(trace::EventKind::verdict, trace::kNone, trace::kNone,
                                             name_of(verdict));
    event.actor = trace::kWatchdog;
    event.seq = record_.events.empty() ? 0 : record_.events.back().seq + 1;
    event.t_ns = (Clock::now() - trace_->recorder.start()).count();
    record_.events.push_back(event);
    record_.elapsed_ms = Milliseconds(Clock::now() - start_).count();
    record_.verdict_ms = Milliseconds(Clock::now() - quiescence).count();
    return std::move(record_);
  }

  const RunSpec& spec_;
  trace::SharedTrace trace_;
  ChildResult<RunResult> result_;
  TimePoint start_ = Clock::now();
  RunRecord record_;
  std::optional<TimePoint> hung_since_{};  // the last event, when the board said it hangs
  ChildProcess child_;
};

}  // namespace

RunRecord watch_run(const RunSpec& spec, Output output, std::uint64_t seed) {
  RunRecord record = Watch(spec, output).record();
  record.scenario = spec.scenario->name;
  record.subject = spec.subject->name;
  record.runtime = spec.runtime;
  record.seed = seed;
  return record;
}

}  // namespace workbench::scenarios
