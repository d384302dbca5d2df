/// @file
/// How an error reaches the caller of a reactor's `run`.
#pragma once

#include <any>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "core/exit.h"
#include "core/failure.h"
#include "reactor/report.h"

namespace workbench::reactor {

/// A run that was stopped: by its first error (stop-on-error), or because workers could not be
/// started or kept dying.
///
/// If the error was an exception of this process, that exception is nested
/// (`std::rethrow_if_nested`). Copies share their state; reading from several threads is safe.
class Error : public std::exception {
 public:
  using Cause = std::variant<Failure, Exit, TimedOut>;

  /// `task`: the task that the cause concerns. `report`: a `Report<Task, Result>`.
  /// `no_live_workers`: too many workers died in a row.
  Error(Cause cause, std::optional<TaskId> task, bool no_live_workers, Tally tally,
        std::any report);

  /// One line that says what happened, then the traceback of the throw point, one line a frame, and
  /// the tally. Composed at the first call, which is slow (see `Failure::trace`).
  const char* what() const noexcept override;

  /// The first line of `what()`: no traceback, no tally. Fast.
  std::string headline() const;

  const Cause& cause() const;
  std::optional<TaskId> task() const;
  bool no_live_workers() const;
  Tally tally() const;

  /// The exception that stopped the run, if it was one.
  const Failure* failure() const;

  /// What became of each task until the stop. Throws std::bad_any_cast for types other than those
  /// of the run.
  template <class Task, class Result>
  const Report<Task, Result>& report() const {
    return *std::any_cast<const std::shared_ptr<const Report<Task, Result>>&>(any_report());
  }

 private:
  const std::any& any_report() const;

  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace workbench::reactor
