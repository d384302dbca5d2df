/// @file
/// What travels through the reactor's queues.
#pragma once

#include <memory>
#include <type_traits>
#include <utility>
#include <variant>

#include "core/exit.h"
#include "core/failure.h"
#include "core/task.h"
#include "reactor/carried.h"

namespace workbench::reactor {

/// A reply that says: there is an entry in `error_queue`. The task of the reply has failed; or, if
/// it has no task, a worker has ended without returning.
struct Announcement {};

/// The last reply of a worker that has returned.
struct Leaving {};

/// In the place of a result that came from another process and could not be loaded here: why not.
struct Unreadable {
  std::shared_ptr<const Failure> why{};

  /// Never sent; but cereal wants to be able to.
  template <class Archive>
  void serialize(Archive& /*archive*/) {}
};

/// Through `result_queue`: the value of a task, or one of the above.
///
/// When the caller pops `error_queue` up to the announced entry, it may find entries before it
/// whose own announcements have not come yet. Some never come: a worker may die between its error
/// and its reply. That does no harm. What such a worker pushed earlier, it pushed before its own
/// error, and so before the announced error and its announcement: the caller knows it already.
template <class Result>
class Reply {
 public:
  using Shipped = Result;  ///< what a process must be able to send (core/processes/wire.h)

  Reply() = default;
  Reply(MaybeTask announced) : task_(announced) {}  // NOLINT(google-explicit-constructor)
  Reply(Leaving leaving) : content_(leaving) {}     // NOLINT(google-explicit-constructor)
  Reply(MaybeTask task, Result result)
      : task_(task), content_(Carried<Result>(std::move(result))) {}

  MaybeTask task() const { return task_; }

  /// The result, if there is one; otherwise null.
  Carried<Result>* result() { return std::get_if<Carried<Result>>(&content_); }
  const Result* value() const {
    const auto* carried = std::get_if<Carried<Result>>(&content_);
    return carried == nullptr ? nullptr : &carried->get();
  }

  /// Why the result could not be loaded; null: there is none, or it could.
  const Failure* unreadable() const {
    if constexpr (kMayBeUnreadable) {
      const auto* unreadable = std::get_if<Unreadable>(&content_);
      if (unreadable != nullptr) return unreadable->why.get();
    }
    return nullptr;
  }

  bool leaving() const { return std::holds_alternative<Leaving>(content_); }

  /// Saves (cereal).
  template <class Archive>
  void save(Archive& archive) const {
    archive(task_, content_);
  }
  /// Loads (cereal). If the result cannot be loaded, that concerns only its task.
  template <class Archive>
  void load(Archive& archive) {
    archive(task_);
    try {
      archive(content_);
    } catch (...) {
      content_ = Unreadable{std::make_shared<const Failure>(current_failure(task_))};
    }
  }

 private:
  // What is copied byte by byte can always be read, and must stay as it is.
  static constexpr bool kMayBeUnreadable = !std::is_trivially_copyable_v<Carried<Result>>;
  using Content =
      std::conditional_t<kMayBeUnreadable,
                         std::variant<Announcement, Leaving, Carried<Result>, Unreadable>,
                         std::variant<Announcement, Leaving, Carried<Result>>>;

  MaybeTask task_{};
  Content content_{};
};

/// Through `stop_queue`: leave before your next task.
struct StopToken {};

/// Through `error_queue`: an exception that the action raised, or the end of a worker that did not
/// return.
using ErrorEntry = std::variant<Failure, Exit>;

}  // namespace workbench::reactor
