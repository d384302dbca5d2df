/// @file
/// What travels through the reactor's queues.
#pragma once

#include <variant>

#include "core/exit.h"
#include "core/failure.h"
#include "core/task.h"

namespace workbench::reactor {

/// A reply that says: there is an entry in `error_queue`. The task of the reply has failed; or, if
/// it has no task, a worker has ended without returning.
struct Announcement {};

/// The last reply of a worker that has returned.
struct Leaving {};

/// Through `result_queue`: the value of a task, or one of the above.
///
/// When the caller pops `error_queue` up to the announced entry, it may find entries before it
/// whose own announcements have not come yet. Some never come: a worker may die between its error
/// and its reply. That does no harm. What such a worker pushed earlier, it pushed before its own
/// error, and so before the announced error and its announcement: the caller knows it already.
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

/// Through `error_queue`: an exception that the action raised, or the end of a worker that did not
/// return.
using ErrorEntry = std::variant<Failure, Exit>;

}  // namespace workbench::reactor
