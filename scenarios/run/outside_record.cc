#include "scenarios/run/outside_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstddef>
#include <string>

#include "core/one_line.h"
#include "scenarios/run/run_subject.h"

namespace workbench::scenarios {
namespace {

bool could_not_be_run(int code) {
  constexpr int kNotExecutable = 126;  // as a shell has it
  constexpr int kNotFound = 127;
  return code == kNotExecutable || code == kNotFound;
}

std::string how_it_has_not_finished(int code, const std::string& command) {
  if (could_not_be_run(code)) {
    constexpr std::size_t kLongest = 80;
    return fmt::format("the command could not be run (exited with {}): {}", code,
                       on_one_line(shortened(command, kLongest)));
  }
  return fmt::format(
      "it exited with {} and wrote neither 'returned' nor 'error', although nothing had struck",
      code);
}

bool none_began(const Account& account) {
  return std::all_of(account.begun.begin(), account.begun.end(),
                     [](std::size_t count) { return count == 0; });
}

// Was something done to the pool that may have led to its error? A fault has struck it, or it was
// used in a way that goes wrong without one.
bool something_was_done(const RunSpec& spec, const RunRecord& record) {
  return record.was_struck() || spec.scenario->usage != Usage::plain;
}

// A shell exits with 128 and the number of the signal that has ended its command.
bool names_a_signal(int code) {
  constexpr int kSignalBase = 128;
  return code > kSignalBase && code < kSignalBase + NSIG;
}

// Has the program ended without a word of why it did not finish?
bool ended_for_no_reason(const Account& account, const RunSpec& spec, const RunRecord& record) {
  if (account.is_finished() || !record.exit_code) return false;
  const bool is_at_fault = !account.cut_off.empty() && *record.exit_code == 0;  // nobody cut it off
  const bool was_used =
      something_was_done(spec, record) && (record.was_struck() || !none_began(account));
  return !was_used || is_at_fault || (could_not_be_run(*record.exit_code) && none_began(account));
}

// A program that has said that it is done may still die on its way out. One whose pool has thrown
// exits as it likes, but for a signal's number.
bool ended_badly(const Account& account, const RunRecord& record) {
  const int code = record.exit_code.value_or(0);
  return record.signal || (account.returned ? code != 0 : names_a_signal(code));
}

}  // namespace

void note_account(const Account& account, const RunSpec& spec, RunRecord& record) {
  record.mistakes = account.mistakes;
  record.said_that_it_is_done = account.is_finished();
  record.begun_again.clear();
  for (TaskId task = 0; task < account.begun.size(); ++task) {
    if (account.begun[task] > 1) record.begun_again.push_back(task);
  }
  record.faults.clear();
  for (std::size_t i = 0; i < account.struck.size(); ++i) {
    record.faults.push_back({describe(spec.scenario->faults[i]), account.struck[i]});
  }
  record.result = account.result;
  count_results(spec.scenario->tasks, record.result);
}

bool note_what_nobody_injected(const RunSpec& spec, RunRecord& record) {
  const RunResult& result = record.result;
  if (something_was_done(spec, record) || (!result.error && result.failures.empty())) return false;
  const std::string what = result.error ? *result.error : result.failures.front().headline();
  record.mistakes.push_back("an error that nobody has injected: " + what);
  return true;
}

Verdict verdict_on_program(const Account& account, const RunSpec& spec, RunRecord& record) {
  auto& mistakes = record.mistakes;
  if (mistakes.empty() && ended_for_no_reason(account, spec, record)) {
    if (!account.cut_off.empty()) mistakes.push_back(account.cut_off);
    if (account.cut_off.empty() || !something_was_done(spec, record)) {
      mistakes.push_back(
          how_it_has_not_finished(*record.exit_code, spec.subject->program->command));
    }
  }
  note_what_nobody_injected(spec, record);
  if (mistakes.empty() && account.is_finished() && none_began(account) && !account.begun.empty()) {
    // A pool that could start nobody, or was destroyed, may say so; one that was not even used says
    // nothing of itself.
    const bool is_told = !record.result.failures.empty() && record.result.tasks.size() > 0;
    if (!record.was_struck() && !(something_was_done(spec, record) && is_told)) {
      mistakes.emplace_back(
          "no action has noted 'begun': was the account opened anew, or is it kept in a buffer?");
    }
  }
  if (!mistakes.empty()) return Verdict::invalid;
  if (!account.is_finished() || ended_badly(account, record)) return Verdict::crash;
  return verdict_of(record.result);
}

}  // namespace workbench::scenarios
