/// @file
/// How the demo programs show what a reactor gave them: a line a task, and an exit code.
#pragma once

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "core/demo/fleet.h"
#include "reactor/error.h"
#include "reactor/report.h"

namespace workbench::demo {

/// Why a task has no result. Empty if its state already says this.
template <class Result>
std::string reason_of(const reactor::Outcome<Result>& outcome) {
  if (outcome.failure() != nullptr) return outcome.failure()->headline();
  if (outcome.exit() != nullptr) return outcome.exit()->describe();
  if (outcome.timed_out() != nullptr) {
    using std::chrono::milliseconds;
    const auto limit = std::chrono::duration_cast<milliseconds>(outcome.timed_out()->limit);
    return fmt::format("after {} ms", limit.count());
  }
  return {};
}

/// One line a task: `task 0: ok 3`.
inline void print_outcomes(const reactor::Report<int, int>& report) {
  for (std::size_t task = 0; task < report.outcomes.size(); ++task) {
    const auto& outcome = report.outcomes[task];
    const std::string state = words_for(outcome.kind());
    const std::string detail = outcome.ok() ? std::to_string(outcome.value()) : reason_of(outcome);
    fmt::print("task {}: {}{}{}\n", task, state, detail.empty() ? "" : " ", detail);
  }
}

/// One line a host.
inline void print_outcomes(const reactor::Report<Host, Answer>& report) {
  std::vector<HostRow> rows;
  for (std::size_t task = 0; task < report.outcomes.size(); ++task) {
    const Host& host = (*report.tasks)[task];
    const auto& outcome = report.outcomes[task];
    if (outcome.ok()) {
      const Answer& answer = outcome.value();
      rows.push_back({host, "answers", std::to_string(answer.ms), answer.greeting});
    } else {
      rows.push_back({host, words_for(outcome.kind()), "-", reason_of(outcome)});
    }
  }
  print_table(rows);
}

/// Prints what became of each task, and which workers died. Returns the exit code: 0 if all are ok.
template <class Task, class Result>
int show(const reactor::Report<Task, Result>& report) {
  print_outcomes(report);
  for (const Exit& exit : report.exits) fmt::print("{}\n", exit.describe());
  fmt::print("{}\n", report.tally().describe());
  return report.all_ok() ? 0 : 1;
}

/// Prints the error with its traceback, then what had become of each task. Returns the exit code.
template <class Task, class Result>
int show(const reactor::Error& error) {
  fmt::print(stderr, "{}\n", error.what());
  show(error.report<Task, Result>());
  return 1;
}

}  // namespace workbench::demo
