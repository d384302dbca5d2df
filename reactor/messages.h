/// @file
/// What the reactor's workers send to its caller.
#pragma once

#include <optional>
#include <variant>

#include "core/exit.h"
#include "core/failure.h"
#include "core/task.h"

namespace workbench::reactor {

/// Through `result_queue`: the value of a task. A reply without a value announces an entry of
/// `error_queue`, which was pushed before it.
///
/// Who pops the k-th such announcement and then the k-th entry knows already all that the worker of
/// that entry has delivered before it, even if another worker's announcement came first: its
/// earlier replies were pushed before its entry, hence before the k-th announcement.
template <class Result>
struct Reply {
  std::optional<TaskId> task{};
  std::optional<Result> value{};

  /// Saves and loads (cereal).
  template <class Archive>
  void serialize(Archive& archive) {
    archive(task, value);
  }
};

/// Through `error_queue`: an exception that the action raised, or the end of a worker, good or bad.
using Mishap = std::variant<Failure, Exit>;

}  // namespace workbench::reactor
