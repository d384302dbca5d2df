/// @file
/// What the reactor's workers send to its caller.
#pragma once

#include <variant>

#include "core/exit.h"
#include "core/failure.h"
#include "core/task.h"

namespace workbench::reactor {

/// What a reply says that announces an entry of `error_queue`, which was pushed before it: the task
/// has failed, or (no task) a worker has ended otherwise than by returning.
struct Announcement {};

/// What the last reply of a worker says that leaves in good order.
struct Leaving {};

/// Through `result_queue`: the value of a task, or one of the above.
///
/// Who then pops all entries up to the announced one may meet some whose own announcements have not
/// come yet, or never will, because their workers died in between. That does no harm: what such a
/// worker delivered before its entry was pushed before the announced one, hence before the
/// announcement, and is known already.
template <class Result>
struct Reply {
  MaybeTask task{};
  std::variant<Announcement, Leaving, Result> content{};

  /// The value, if there is one; otherwise null.
  Result* value() { return std::get_if<Result>(&content); }
  const Result* value() const { return std::get_if<Result>(&content); }

  bool leaving() const { return std::holds_alternative<Leaving>(content); }

  /// Saves and loads (cereal).
  template <class Archive>
  void serialize(Archive& archive) {
    archive(task, content);
  }
};

/// Through `stop_queue`: leave before your next task.
struct StopToken {};

/// Through `error_queue`: an exception that the action raised, or how a worker ended that did not
/// return.
using Mishap = std::variant<Failure, Exit>;

}  // namespace workbench::reactor
