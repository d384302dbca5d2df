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
#include "core/one_line.h"
#include "scenarios/hang_proof/proc.h"
#include "scenarios/hang_proof/proof.h"
#include "scenarios/model/usage_error.h"
#include "scenarios/process/child_process.h"
#include "scenarios/process/child_result.h"
#include "scenarios/run/diagnosis.h"
#include "scenarios/run/run_subject.h"
#include "scenarios/run/scene_text.h"
#include "scenarios/subjects/applicability.h"
#include "scenarios/subjects/outside/outside_run.h"
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
        outside_(spec.subject->program ? std::make_unique<OutsideRun>(*spec.scenario, *spec.subject)
                                       : nullptr),
        child_([&] { return live(output); }, ChildProcess::Group::own) {}

  RunRecord record() {
    const auto& program = spec_.subject->program;
    const TimePoint deadline = deadline_after(
        start_, program && program->deadline ? *program->deadline : spec_.scenario->deadline);
    while (!child_.wait_until(std::min(Clock::now() + kPace, deadline))) {
      Finding finding = hang_proof::examine(tree());
      if (is_hang(finding)) return ended_as(Verdict::hang, finding);
      if (Clock::now() >= deadline) {
        record_.why_alive = finding.why;
        return ended_as(Verdict::stuck, finding);
      }
    }
    return returned();
  }

 private:
  // All that descends from this process.
  static hang_proof::Tree tree() {
    return {.root = getpid(), .with_root = false, .keeps_descriptors = true};
  }

  // In the child: makes the run, and hands its result to the watchdog.
  int live(Output output) {
    redirect(output);
    if (outside_) return outside_->become_program();
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
    note_strikes();
    if (verdict == Verdict::hang) {
      const bool proved = finding.kind == Finding::Kind::hang;
      record_.hang = Hang{.kind = kind_of(record_.waits, record_),
                          .proof = proved ? Proof::proved : Proof::corroborated};
    }
    tally_unfinished();
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
    const Scene scene = scene_of(tree(), finding, {.afterwards = stacks::Afterwards::is_ended});
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
    note_strikes();
    Verdict verdict = Verdict::crash;
    if (outside_) {
      verdict = read_end_of_program();
    } else if (auto result = end_of_child.code == EXIT_SUCCESS ? result_.read() : std::nullopt) {
      record_.result = *std::move(result);
      verdict = verdict_of(record_.result);
      if (!spec_.subject->on_our_runtimes && note_what_nobody_injected())
        verdict = Verdict::invalid;
    }
    record_.leaked_processes = ChildProcess::left_behind(kGrace);
    ChildProcess::end_all();
    read_board(
        *trace_, [](int) { return false; }, record_);
    if (verdict == Verdict::crash && !outside_) tally_unfinished();
    if (verdict == Verdict::completed && !spec_.scenario->faults.empty() && was_not_struck()) {
      verdict = Verdict::not_reached;
    }
    return finish(verdict, end);
  }

  bool was_not_struck() const {
    return std::all_of(record_.faults.begin(), record_.faults.end(),
                       [](const FaultCount& each) { return each.struck == 0; });
  }

  void note_strikes() {
    const auto& faults = spec_.scenario->faults;
    const std::vector<std::size_t> of_program =
        outside_ ? outside_->account().struck : std::vector<std::size_t>{};
    record_.faults.clear();
    for (std::size_t i = 0; i < faults.size(); ++i) {
      record_.faults.push_back(
          {describe(faults[i]), outside_ ? of_program[i] : trace_->strikes.at(i).load()});
    }
  }

  TimePoint last_sign_of_life() const {
    return outside_ ? Clock::now() - outside_->quiet_for() : trace_->recorder.latest();
  }

  void tally_unfinished() {
    if (outside_) {
      read_account();
    } else {
      record_.knows_results = spec_.subject->on_our_runtimes;
      record_.result.tally =
          tally_of_unfinished(*spec_.scenario, read_results_in_hand(*trace_, record_));
    }
  }

  // What the program of an outside subject has written down until now.
  Account read_account() {
    Account account = outside_->account();
    record_.mistakes = account.mistakes;
    for (TaskId task = 0; task < account.begun.size(); ++task) {
      if (account.begun[task] > 1) record_.begun_again.push_back(task);
    }
    record_.result = account.result;
    count_results(spec_.scenario->tasks, record_.result);
    return account;
  }

  // If a pool that is not ours tells an error although nothing has struck, that is a mistake of who
  // has brought it here: its module was not found, say. Returns whether it is so.
  bool note_what_nobody_injected() {
    const RunResult& result = record_.result;
    if (!was_not_struck() || (!result.error && result.failures.empty())) return false;
    const std::string what = result.error ? *result.error : result.failures.front().headline();
    record_.mistakes.push_back("an error that nobody has injected: " + what);
    return true;
  }

  std::string how_it_has_not_finished(int code) const {
    constexpr int kNotExecutable = 126;  // as a shell has it
    constexpr int kNotFound = 127;
    const OutsideProgram& program = *spec_.subject->program;
    if (code == kNotExecutable || code == kNotFound) {
      constexpr std::size_t kLongest = 80;
      return on_one_line(fmt::format("the command could not be run (exited with {}): {}", code,
                                     program.command.substr(0, kLongest)));
    }
    return fmt::format(
        "it exited with {} and wrote neither 'returned' nor 'error', although nothing had struck",
        code);
  }

  // The program of an outside subject has ended: was its pool done? A mistake of the program is not
  // to be taken for one of its pool.
  Verdict read_end_of_program() {
    const Account account = read_account();
    auto& mistakes = record_.mistakes;
    const bool was_struck = !was_not_struck();
    if (!account.is_finished() && record_.exit_code && !was_struck && mistakes.empty()) {
      if (!account.cut_off.empty()) mistakes.push_back(account.cut_off);
      mistakes.push_back(how_it_has_not_finished(*record_.exit_code));
    }
    note_what_nobody_injected();
    const bool none_began = std::all_of(account.begun.begin(), account.begun.end(),
                                        [](std::size_t count) { return count == 0; });
    if (mistakes.empty() && account.is_finished() && none_began && !account.begun.empty()) {
      mistakes.emplace_back(
          "no action has noted 'begun': was the account opened anew, or is it kept in a buffer?");
    }
    if (!mistakes.empty()) return Verdict::invalid;
    return account.is_finished() && !record_.signal ? verdict_of(record_.result) : Verdict::crash;
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
  std::unique_ptr<OutsideRun> outside_;  // null: the subject is a part of this program
  ChildResult<RunResult> result_;
  TimePoint start_ = Clock::now();
  RunRecord record_;
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

RunRecord watch_run(const RunSpec& spec, Output output, std::uint64_t seed) {
  refuse_other_threads();
  RunRecord record;
  if (std::string why = why_not_applicable(*spec.scenario, *spec.subject); !why.empty()) {
    record.verdict = Verdict::not_applicable;
    record.why_not_applicable = std::move(why);
    record.result.tally = Tally(spec.scenario->tasks);
  } else {
    record = Watch(spec, output).record();
  }
  record.scenario = spec.scenario->name;
  record.subject = spec.subject->name;
  record.runtime = spec.runtime;
  record.seed = seed;
  return record;
}

}  // namespace workbench::scenarios
