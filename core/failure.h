/// @file
/// What is kept of an exception that an action or a worker raised.
#pragma once

#include <exception>
#include <optional>
#include <string>
#include <vector>

#include "core/stack.h"
#include "core/task.h"

namespace workbench {

/// An exception in a form that can travel to another process.
///
/// Every exception can become a Failure: a std::exception or not, with a message or without one.
/// Plain data: safe to copy and to read from any thread.
struct Failure {
  std::optional<TaskId> task{};      ///< the task that the worker was on, if any
  std::optional<WorkerId> worker{};  ///< which worker raised it; empty: the caller
  std::string type{};                ///< demangled type of the exception, `int` for `throw 42`
  std::string what{};                ///< its message; empty if it has none
  std::string cause{};             ///< `type: what` of each exception nested in it, outermost first
  Stack stack{};                   ///< where it was thrown, innermost frame first
  std::exception_ptr exception{};  ///< the original; kept by threads, does not leave a process

  /// The stack at the throw point, one line a frame: `function at file:line`. Slow the first time.
  std::vector<std::string> trace() const { return resolve(stack); }

  /// `type: what`, and the cause in parentheses if there is one. On one line: control characters
  /// are replaced.
  std::string headline() const;

  /// Saves and loads everything but the original exception (cereal).
  template <class Archive>
  void serialize(Archive& archive) {
    archive(task, worker, type, what, cause, stack);
  }
};

/// The exception being handled, as a Failure. Requires: called inside a `catch` block.
///
/// What is no exception is not caught: if pthread_exit or pthread_cancel unwinds this thread, the
/// unwinding goes on, as POSIX demands.
Failure current_failure(std::optional<TaskId> task = {});

/// The same; empty if there is no memory for it.
std::optional<Failure> current_failure_if_possible(std::optional<TaskId> task = {});

}  // namespace workbench
