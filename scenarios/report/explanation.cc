#include "scenarios/report/explanation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <set>
#include <string_view>

#include "core/one_line.h"
#include "scenarios/subjects/workload.h"

namespace workbench::scenarios {
namespace {

// 1st, 2nd, 3rd, 4th, 11th, 21st
std::string ordinal(std::size_t number) {
  const std::size_t tens = number % 100 / 10;
  std::string_view suffix = "th";
  if (tens != 1) {
    if (number % 10 == 1) suffix = "st";
    if (number % 10 == 2) suffix = "nd";
    if (number % 10 == 3) suffix = "rd";
  }
  return fmt::format("{}{}", number, suffix);
}

std::string upper(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::toupper(letter)); });
  return result;
}

std::string spaced(std::string_view name) {
  std::string result(name);
  std::replace(result.begin(), result.end(), '-', ' ');
  return result;
}

std::string quoted(const Failure& failure) {
  if (failure.type.empty() && failure.what.empty()) return "an error without a message";
  if (failure.type.empty()) return fmt::format("\"{}\"", failure.what);
  return failure.what.empty() ? failure.type : fmt::format("{} \"{}\"", failure.type, failure.what);
}

// How a worker has ended: `died before its 1st pop: std::runtime_error "boom"`.
std::string ending_of(const WorkerState& worker) {
  const std::string when = worker.task ? fmt::format("with task {} in hand", *worker.task)
                                       : fmt::format("before its {} pop", ordinal(worker.pops + 1));
  if (!worker.exit) {
    if (worker.state == ActorState::dead) return fmt::format("died {}", when);
    const std::string_view state = name_of(worker.state);
    return worker.task ? fmt::format("{}, with task {} in hand", state, *worker.task)
                       : std::string(state);
  }
  const Exit& exit = *worker.exit;
  switch (exit.how) {
    case Exit::How::returned:
      return "left, as it was told to";
    case Exit::How::exception:
      return exit.failure ? fmt::format("died {}: {}", when, quoted(*exit.failure))
                          : fmt::format("died {}", when);
    case Exit::How::exit:
      return fmt::format("called exit({}) {}", exit.code, when);
    case Exit::How::signal:
      return fmt::format("was killed by {} {}", signal_name(exit.signal), when);
    case Exit::How::cancelled:
      return fmt::format("was cancelled {}", when);
    case Exit::How::unknown:
      return fmt::format("ended {}, and nobody knows how", when);
    case Exit::How::not_started:
      return fmt::format("could not be started: {}", quoted(*exit.failure));
  }
  return std::string(name_of(worker.state));
}

std::string_view meaning(HangKind kind) {
  switch (kind) {
    case HangKind::orphaned_wait:
      return "no live producer is left";
    case HangKind::circular_wait:
      return "those who wait, wait for each other";
    case HangKind::full_queue:
      return "the queue is full, and who could empty it waits itself";
    case HangKind::lost_wakeup:
      return "the queue has an item, and its waiter was not told";
  }
  return "";
}

std::string_view what_wakers_do(trace::Operation operation) {
  switch (operation) {
    case trace::Operation::push:
      return "can be emptied only by";
    case trace::Operation::join:
      return "waits for";
    default:
      return "can be filled only by";
  }
}

class Composer {
 public:
  Composer(const RunRecord& record, Frames frames) : record_(record), frames_(frames) {}

  Explanation compose() {
    switch (record_.verdict) {
      case Verdict::hang:
        tell_hang();
        break;
      case Verdict::stuck:
        tell_stuck();
        break;
      case Verdict::not_applicable:
        explanation_.headline = "NOT APPLICABLE: " + record_.why_not_applicable;
        break;
      default:
        tell_end();
        break;
    }
    return std::move(explanation_);
  }

 private:
  void say(std::string about, std::string text) {
    explanation_.lines.push_back({std::move(about), on_one_line(std::move(text))});
  }

  void tell_hang() {
    const Hang& hang = *record_.hang;
    explanation_.headline =
        fmt::format("HANG, {} {:.0f} ms after everything stopped{}", name_of(hang.proof),
                    record_.verdict_ms, hang.kind ? ": " + spaced(name_of(*hang.kind)) : "");
    tell_strikes();
    tell_waits();
    if (record_.waits.empty()) tell_threads();
    tell_workers();
    tell_ledger("results in hand");
    if (hang.kind) {
      say("why",
          fmt::format("{}. `workbench explain {}`", meaning(*hang.kind), name_of(*hang.kind)));
    }
  }

  void tell_stuck() {
    explanation_.headline =
        fmt::format("STUCK: not done after {:.0f} ms, but alive", record_.elapsed_ms);
    tell_strikes();
    tell_waits();
    tell_threads();
    tell_workers();
    tell_ledger("results in hand");
    say("why", fmt::format("{}. `workbench explain stuck`", record_.why_alive));
  }

  void tell_end() {
    explanation_.headline =
        fmt::format("{} in {:.0f} ms", upper(name_of(record_.verdict)), record_.elapsed_ms);
    for (const std::string& mistake : record_.mistakes) say("mistake", mistake);
    if (record_.result.error) say("error", *record_.result.error);
    const std::string_view when =
        record_.said_that_it_is_done ? "after it had said that it was done" : "before it was done";
    if (record_.signal) {
      say("process", fmt::format("ended by {} {}", signal_name(*record_.signal), when));
    } else if (record_.verdict == Verdict::crash && record_.exit_code) {
      say("process", fmt::format("exited with {} {}", *record_.exit_code, when));
    }
    tell_failures();
    tell_late_tasks();
    tell_workers();
    if (const std::size_t abandoned = record_.result.abandoned; abandoned > 0) {
      say("abandoned",
          fmt::format("{} worker{} that would not end", abandoned, abandoned == 1 ? "" : "s"));
    }
    tell_strikes();
    tell_ledger("ok");
    if (record_.verdict == Verdict::silent_loss) {
      say("why", "the pool returned, and told nobody. `workbench explain silent-loss`");
    }
    if (record_.leaked_processes > 0) {
      say("left", fmt::format("{} processes were left behind", record_.leaked_processes));
    }
  }

  void tell_waits() {
    for (const Wait& wait : record_.waits) {
      say(trace::actor_name(wait.actor),
          fmt::format("waits in {:<34} {}", call_of(wait), wait.place));
      std::vector<std::string> wakers;
      for (const Waker& waker : wait.could_be_woken_by) {
        wakers.push_back(
            fmt::format("{} ({})", trace::actor_name(waker.actor), name_of(waker.state)));
      }
      if (!wakers.empty()) tell_some(what_wakers_do(wait.operation), wakers);
    }
  }

  // Says a list in one line. If the list is long, only its beginning, and how many more there are.
  void tell_some(std::string_view how, const std::vector<std::string>& all) {
    constexpr std::size_t kMost = 4;
    const std::size_t shown = std::min(all.size(), kMost);
    std::string text =
        fmt::format("{} {}", how,
                    fmt::join(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(shown), ", "));
    if (shown < all.size()) text += fmt::format(" and {} more", all.size() - shown);
    say("", std::move(text));
  }

  // The workers that went wrong, in the order in which they ended: the first of them is the first
  // cause. If the run is stuck, also the workers that are on a task.
  void tell_workers() {
    std::vector<const WorkerState*> wrong;
    for (const WorkerState& worker : record_.workers) {
      if (went_wrong(worker)) wrong.push_back(&worker);
    }
    std::stable_sort(wrong.begin(), wrong.end(),
                     [](const WorkerState* left, const WorkerState* right) {
                       return left->ended_ns < right->ended_ns;
                     });
    constexpr std::size_t kMost = 8;
    for (std::size_t i = 0; i < std::min(kMost, wrong.size()); ++i) {
      say(fmt::format("worker-{}", wrong[i]->worker),
          ending_of(*wrong[i]) + (i == 0 ? "    <- first cause" : ""));
    }
    if (wrong.size() > kMost) say("", fmt::format("and {} more", wrong.size() - kMost));
    if (record_.verdict != Verdict::stuck) return;
    for (const WorkerState& worker : record_.workers) {
      if (worker.task && !went_wrong(worker)) {
        say(fmt::format("worker-{}", worker.worker), ending_of(worker));
      }
    }
  }

  // A fault that has not struck proves nothing. And of a pool that does not tell the board what it
  // does, the faults that have struck are the only cause that is known.
  void tell_strikes() {
    const bool is_ours = !record_.workers.empty();
    bool is_first = true;
    for (const FaultCount& each : record_.faults) {
      if (each.struck == 0) {
        say("fault", each.fault + ": has not struck");
      } else if (!is_ours) {
        say("fault", fmt::format("{}: has struck{}{}", each.fault,
                                 each.struck == 1 ? "" : fmt::format(" {} times", each.struck),
                                 is_first ? "    <- what was done to it" : ""));
        is_first = false;
      }
    }
    constexpr std::size_t kMost = 8;
    for (std::size_t i = 0; i < std::min(kMost, record_.begun_again.size()); ++i) {
      say(fmt::format("task {}", record_.begun_again[i]), "was begun more than once");
    }
  }

  void tell_threads() {
    if (!record_.circle.empty()) say("circle", record_.circle);
    for (const std::string& line : record_.scene) say("", line);
    if (!record_.scene.empty()) return;
    constexpr std::size_t kMost = 8;
    for (std::size_t i = 0; i < std::min(kMost, record_.threads.size()); ++i) {
      const ThreadState& thread = record_.threads[i];
      say(fmt::format("{}", thread.thread),
          fmt::format("{}: {}", thread.command,
                      thread.call ? "in the system call " + *thread.call : "running"));
    }
  }

  void tell_failures() {
    constexpr std::size_t kMost = 8;
    const auto& failures = record_.result.failures;
    for (std::size_t i = 0; i < std::min(kMost, failures.size()); ++i) tell_failure(failures[i]);
    if (failures.size() > kMost) {
      say("", fmt::format("and {} more, all of them in --json", failures.size() - kMost));
    }
  }

  void tell_late_tasks() {
    constexpr std::size_t kMost = 8;
    std::size_t late = 0;
    for (const TaskResult& each : record_.result.tasks) {
      if (each.outcome != OutcomeKind::timed_out || ++late > kMost) continue;
      say(fmt::format("task {}", each.task), words_for(each.outcome));
    }
    if (late > kMost) say("", fmt::format("and {} more, all of them in --json", late - kMost));
  }

  void tell_failure(const Failure& failure) {
    say(failure.task ? fmt::format("task {}", *failure.task) : "failure", quoted(failure));
    constexpr std::size_t kMost = 12;
    const auto lines = folded(failure.trace(), frames_);
    const std::size_t shown = frames_ == Frames::all ? lines.size() : std::min(kMost, lines.size());
    for (std::size_t i = 0; i < shown; ++i) say("", "  " + lines[i]);
    if (shown < lines.size()) say("", fmt::format("  and {} more", lines.size() - shown));
  }

  void tell_ledger(std::string_view ok) {
    const RunResult& result = record_.result;
    if (!record_.knows_results) {
      say("ledger", fmt::format("{} submitted; what its caller has received is not known",
                                result.tally.submitted()));
      return;
    }
    std::string text =
        fmt::format("{} submitted, {}", result.tally.submitted(), result.tally.summary(ok));
    if (result.wrong > 0) text += fmt::format(", {} wrong", result.wrong);
    say("ledger", std::move(text));
    tell_missing_tasks();
    tell_wrong_results();
    if (record_.dropped_events > 0) {
      say("", fmt::format("the trace has no room for the last {} events", record_.dropped_events));
    }
  }

  // Which tasks are missing, if they are few.
  void tell_missing_tasks() {
    constexpr std::size_t kMost = 8;
    const std::size_t missing = record_.result.tally.missing();
    if (missing == 0 || missing > kMost || missing == record_.result.tally.submitted()) return;
    std::vector<bool> is_there(record_.result.tally.submitted());
    for (const TaskResult& each : record_.result.tasks) {
      if (each.task < is_there.size()) is_there[each.task] = true;
    }
    std::vector<TaskId> tasks;
    for (TaskId task = 0; task < is_there.size(); ++task) {
      if (!is_there[task]) tasks.push_back(task);
    }
    if (tasks.size() == missing) say("", fmt::format("missing: task {}", fmt::join(tasks, ", ")));
  }

  // Which results were not counted, and why.
  void tell_wrong_results() {
    if (record_.result.wrong == 0) return;
    constexpr std::size_t kMost = 8;
    std::size_t shown = 0;
    std::set<TaskId> counted;
    for (const TaskResult& each : record_.result.tasks) {
      const std::string why = why_wrong(each, counted);
      if (!why.empty() && ++shown <= kMost) say(fmt::format("task {}", each.task), why);
    }
    if (shown > kMost) say("", fmt::format("and {} more, all of them in --json", shown - kMost));
  }

  // Empty: it is right, and is counted.
  std::string why_wrong(const TaskResult& result, std::set<TaskId>& counted) const {
    if (result.task >= record_.result.tally.submitted()) return "was never submitted";
    if (result.outcome == OutcomeKind::ok && result.value != right_sum(result.task)) {
      return fmt::format("its value is {}, and should be {}", result.value.value_or(0),
                         right_sum(result.task));
    }
    return counted.insert(result.task).second ? "" : "was received more than once";
  }

  const RunRecord& record_;
  const Frames frames_;
  Explanation explanation_;
};

}  // namespace

Explanation explain(const RunRecord& record, Frames frames) {
  return Composer(record, frames).compose();
}

std::string text_of(const JudgedRun& run, const Palette& palette, Frames frames) {
  const Explanation explanation = explain(run.record, frames);
  std::string text = palette.strong(explanation.headline) + "\n";
  for (const auto& [about, line] : explanation.lines) {
    text += fmt::format("  {} {}\n", palette.faint(fmt::format("{:<9}", about)), line);
  }
  for (const auto& difference : run.differences) {
    const auto& mistakes = run.record.mistakes;  // the explanation has them
    if (std::find(mistakes.begin(), mistakes.end(), difference) != mistakes.end()) continue;
    text += fmt::format("  {}\n", palette.bad("x " + difference));
  }
  if (run.mark != Mark::as_expected) return text;
  const std::string& why = run.expectation()->why;
  if (!why.empty()) {
    text += fmt::format("  {} {}\n", palette.faint(fmt::format("{:<9}", "why")), on_one_line(why));
  }
  return text + fmt::format("  {}\n", palette.good("+ as expected"));
}

}  // namespace workbench::scenarios
