/// @file
/// What the caller of a pool received, in the same form for every pool.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/failure.h"
#include "core/tally.h"
#include "core/task.h"

namespace workbench::scenarios {

/// A task, what became of it, and its value if it has one.
struct TaskResult {
  TaskId task = 0;
  OutcomeKind outcome = OutcomeKind::ok;
  std::optional<std::int64_t> value{};

  /// Saves and loads (cereal).
  template <class Archive>
  void serialize(Archive& archive) {
    archive(task, outcome, value);
  }
};

struct RunResult {
  std::optional<std::string> error{};  ///< what the run threw at its caller; empty: it returned
  Tally tally{};                       ///< counted from `tasks` (run/run_subject.h)
  std::size_t wrong = 0;               ///< wrong values, second results, results of unknown tasks
  std::vector<TaskResult> tasks{};     ///< in task order, after they have been counted
  std::vector<Failure> failures{};     ///< exceptions that the pool reported
  std::uint64_t seal = 0;              ///< of a graded run: that it was told by us, not by the pool
  std::size_t abandoned = 0;           ///< threads that did not end when they were asked to

  /// Saves and loads (cereal).
  template <class Archive>
  void serialize(Archive& archive) {
    archive(error, tally, wrong, tasks, failures, seal, abandoned);
  }
};

}  // namespace workbench::scenarios
