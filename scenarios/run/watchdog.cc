#include "scenarios/run/watchdog.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <optional>
#include <utility>

#include "core/failure.h"
#include "scenarios/hang_proof/proc.h"
#include "scenarios/hang_proof/proof.h"
#include "scenarios/model/usage_error.h"
#include "scenarios/process/child_process.h"
#include "scenarios/process/child_result.h"
#include "scenarios/process/orderly_end.h"
#include "scenarios/run/diagnosis.h"
#include "scenarios/run/outside_record.h"
#include "scenarios/run/patience.h"
#include "scenarios/run/run_subject.h"
#include "scenarios/run/scene_text.h"
#include "scenarios/subjects/applicability.h"
#include "scenarios/subjects/outside/outside_run.h"
#include "scenarios/trace/trace.h"

namespace workbench::scenarios {
namespace {

using hang_proof::Finding;
using Milliseconds = std::chrono::duration<double, std::milli>;

// How long the processes that a run leaves behind may stay.
constexpr std::chrono::seconds kGrace{1};

// When a run that began at `start` is examined again. Most hangs come within milliseconds. The
// longer a run lasts, the rarer it is looked at: many of them wait at the same time, and what their
// watchdogs burn is missing to those that work.
TimePoint next_look(TimePoint start, TimePoint now) {
  constexpr Duration kShortest = std::chrono::milliseconds(3);
  constexpr Duration kLongest = std::chrono::milliseconds(100);
  return now + std::clamp((now - start) / 20, kShortest, kLongest);
}

void redirect(Output output) {
  const int to = output == Output::to_stderr ? dup(STDERR_FILENO) : open("/dev/null", O_WRONLY);
  if (to < 0) return;
  dup2(to, STDOUT_FILENO);
  if (output == Output::discarded) dup2(to, STDERR_FILENO);
  close(to);
}

class Watch {
 public:
  // `record` says which run it is.
  Watch(const RunSpec& spec, Output output, Stacks stacks, RunRecord record)
      : spec_(spec),
        stacks_(stacks),
        record_(std::move(record)),
        trace_(trace::make_trace()),
        outside_(spec.subject->program ? std::make_unique<OutsideRun>(*spec.scenario, *spec.subject)
                                       : nullptr),
        child_([&] { return live(output); }, ChildProcess::Group::own) {}

  RunRecord record() {
    while (!child_.wait_until(std::min(next_look(start_, Clock::now()), deadline()))) {
      OrderlyEnd::check();
      Finding finding = hang_proof::examine(tree());
      if (is_hang(finding)) return ended_as(Verdict::hang, finding);
      if (Clock::now() >= deadline()) {
        record_.why_alive = finding.why;
        return ended_as(Verdict::stuck, finding);
      }
    }
    return returned();
  }

 private:
  // When it is to be given up, if there is no further sign of life.
  TimePoint deadline() const {
    const auto& program = spec_.subject->program;
    const auto allowed =
        program && program->deadline ? *program->deadline : spec_.scenario->deadline;
    return given_up_at(start_, last_sign_of_life(), allowed);
  }

  // All that descends from this process.
  static hang_proof::Tree tree() {
    return {.root = getpid(), .with_root = false, .keeps_descriptors = true};
  }

  // In the child: makes the run, and hands its result to the watchdog.
  int live(Output output) {
    redirect(output);
    if (outside_) return outside_->become_program();
    if (spec_.subject->confine) spec_.subject->confine(result_.descriptor());
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
    note_threads(finding);
    if (verdict == Verdict::stuck) ChildProcess::end_all();  // or it might write while we read
    read_board(*trace_, there, record_);
    record_.waits = waits_on(*trace_, there);
    if (verdict == Verdict::hang) {
      const bool proved = finding.kind == Finding::Kind::hang;
      record_.hang = Hang{.kind = kind_of(record_.waits, record_),
                          .proof = proved ? Proof::proved : Proof::corroborated};
    }
    if (outside_) {
      note_account(outside_->account(), spec_, record_);
    } else {
      note_strikes();
      tally_unfinished();
    }
    if (!record_.mistakes.empty()) {  // what such a program does says nothing of its pool
      verdict = Verdict::invalid;
      record_.hang.reset();
    }
    return finish(verdict, last_sign_of_life());
  }

  // What the threads of the run do. A pool that is not ours has no wait board, so the kernel and
  // the stacks are asked instead.
  void note_threads(const Finding& finding) {
    if (spec_.subject->on_our_runtimes) {
      for (const auto& snapshot : finding.snapshots) note_thread(snapshot);
      return;
    }
    // It may look again: then its snapshots are others than those of the finding.
    const Scene scene =
        scene_of(tree(), finding,
                 {.stacks = stacks_ == Stacks::wanted, .afterwards = stacks::Afterwards::is_ended});
    for (std::size_t i = 0; i < scene.waits.size(); ++i) {
      ThreadState& thread = note_thread(scene.finding.snapshots[i]);
      thread.waits_for = scene.waits[i].text();
      for (const auto& line : scene.best_stack(thread.thread)) thread.stack.push_back(line.text);
    }
    record_.scene = lines_of(scene);
    record_.circle = scene.circle();
  }

  ThreadState& note_thread(const hang_proof::ThreadSnapshot& snapshot) {
    const auto call = snapshot.call();
    return record_.threads.emplace_back(
        ThreadState{snapshot.process, snapshot.thread, snapshot.command,
                    call ? std::optional(call->name()) : std::nullopt});
  }

  // The record of a run whose process has ended by itself: returned, exited, or died of a signal.
  RunRecord returned() {
    const TimePoint end = Clock::now();
    const ProcessEnd end_of_child = child_.end();
    record_.exit_code = end_of_child.code;
    record_.signal = end_of_child.signal;
    record_.leaked_processes = ChildProcess::left_behind(kGrace);
    ChildProcess::end_all();  // from now on, nobody writes
    read_board(
        *trace_, [](int) { return false; }, record_);
    Verdict verdict = outside_ ? verdict_on_outside() : verdict_on_own();
    if (verdict == Verdict::completed && !record_.faults.empty() && !record_.was_struck()) {
      verdict = Verdict::not_reached;
    }
    return finish(verdict, end);
  }

  Verdict verdict_on_outside() {
    const Account account = outside_->account();
    note_account(account, spec_, record_);
    return verdict_on_program(account, spec_, record_);
  }

  Verdict verdict_on_own() {
    note_strikes();
    auto result = record_.exit_code == EXIT_SUCCESS ? result_.read() : std::nullopt;
    if (!result) {
      tally_unfinished();
      return Verdict::crash;
    }
    record_.result = *std::move(result);
    if (!spec_.subject->on_our_runtimes && note_what_nobody_injected(spec_, record_)) {
      return Verdict::invalid;
    }
    return verdict_of(record_.result);
  }

  void note_strikes() {
    const auto& faults = spec_.scenario->faults;
    for (std::size_t i = 0; i < faults.size(); ++i) {
      record_.faults.push_back({describe(faults[i]), trace_->strikes.at(i).load()});
    }
  }

  TimePoint last_sign_of_life() const {
    const TimePoint now = Clock::now();
    return std::clamp(outside_ ? now - outside_->quiet_for() : trace_->recorder.latest(), start_,
                      now);
  }

  void tally_unfinished() {
    record_.knows_results = spec_.subject->on_our_runtimes;
    record_.result.tally =
        tally_of_unfinished(*spec_.scenario, read_results_in_hand(*trace_, record_));
  }

  // Completes the record. The verdict is also its last event. `quiescence` is when nothing happened
  // any more.
  RunRecord finish(Verdict verdict, TimePoint quiescence) {
    record_.verdict = verdict;
    trace::Event event =
        trace_->event(trace::EventKind::verdict, trace::kNone, trace::kNone, name_of(verdict));
    event.actor = trace::kWatchdog;
    event.seq = record_.events.empty() ? 0 : record_.events.back().seq + 1;
    event.t_ns = (Clock::now() - trace_->recorder.start()).count();
    record_.events.push_back(event);
    const TimePoint now = Clock::now();
    record_.elapsed_ms = Milliseconds(now - start_).count();
    record_.verdict_ms = Milliseconds(now - quiescence).count();
    return std::move(record_);
  }

  const RunSpec& spec_;
  const Stacks stacks_;
  RunRecord record_;
  trace::SharedTrace trace_;
  std::unique_ptr<OutsideRun> outside_;  // null: the subject is a part of this program
  ChildResult<RunResult> result_;
  TimePoint start_ = Clock::now();
  std::optional<TimePoint> hung_since_{};  // the last event, when the board said it hangs
  ChildProcess child_;
};

}  // namespace

void refuse_other_threads() {
#ifndef __SANITIZE_THREAD__  // which has a thread of its own
  const std::size_t threads = hang_proof::threads_listed_of({getpid()}).size();
  if (threads <= 1) return;
  throw UsageError(fmt::format(
      "a subject has started {} threads before its run, and a run in another process is without "
      "them; "
      "allowed: start the pool in the subject's own function, or in a program of its own",
      threads - 1));
#endif
}

RunRecord record_of_nothing(const RunSpec& spec) {
  RunRecord record;
  record.scenario = spec.scenario->name;
  record.subject = spec.subject->name;
  record.runtime = spec.runtime;
  record.result.tally = Tally(spec.scenario->tasks);
  return record;
}

RunRecord watch_run(const RunSpec& spec, Output output, std::uint64_t seed, Stacks stacks) {
  refuse_other_threads();
  RunRecord record = record_of_nothing(spec);
  record.seed = seed;
  if (std::string why = why_not_applicable(*spec.scenario, *spec.subject); !why.empty()) {
    record.verdict = Verdict::not_applicable;
    record.why_not_applicable = std::move(why);
    return record;
  }
  return Watch(spec, output, stacks, std::move(record)).record();
}

}  // namespace workbench::scenarios
