/// @file
/// What travels through the reactor's queues.
#pragma once

#include <variant>

#include "core/exit.h"
#include "core/failure.h"
#include "core/task.h"

namespace workbench::reactor {

/// A reply that says: there is an entry in `error_queue`. Its task has failed, or, if the reply has
/// no task, a worker has ended in another way than by returning.
struct Announcement {};

/// The last reply of a worker that ends in good order.
struct Leaving {};

/// Through `result_queue`: the value of a task, or one of the above.
///
/// Whoever pops `error_queue` up to the announced entry may meet entries whose own announcements
/// have not come yet. Some never will: a worker may die between its error and its reply. That does
/// no harm. What such a worker delivered earlier was pushed before its own error, and so before the
/// announced error and its announcement: it is known already.
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
using ErrorEntry = std::variant<Failure, Exit>;

}  // namespace workbench::reactor
