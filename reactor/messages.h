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
/// Who then pops all entries up to the announced one may meet some whose own announcements have not
/// come yet, or never will, because their workers died in between. That does no harm: what such a
/// worker delivered before its entry was pushed before the announced one, hence before the
/// announcement, and is known already.
template <class Result>
struct Reply {
  MaybeTask task{};
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
