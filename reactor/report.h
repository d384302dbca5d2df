/// @file
/// What a reactor's `run` gives back: one outcome for each task, in task order.
///
///     submitted = ok + failed + lost + timed_out + not_started
///
/// Thread safety: plain values; reading from several threads is safe.
#pragma once

#include <algorithm>
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/exit.h"
#include "core/failure.h"
#include "core/tally.h"
#include "core/task.h"
#include "core/time.h"
#include "reactor/carried.h"

namespace workbench::reactor {

/// How far a run has come; given to `Options::progress`.
struct Progress {
  std::size_t done = 0;    ///< tasks that have their outcome
  std::size_t failed = 0;  ///< those among them that are not ok
  std::size_t total = 0;
};

/// The task was drained from the queue before any worker took it.
struct NotStarted {};

/// The task ran longer than it was allowed to.
struct TimedOut {
  WorkerId worker = 0;
  Duration limit{};
};

/// What became of one task. Causes are kept apart from results and shared, so that the outcome of a
/// task that went well costs little more than its value.
template <class Result>
class Outcome {
 public:
  Outcome() = default;
  explicit Outcome(NotStarted /*fate*/) : state_(SharedCause()) {}
  explicit Outcome(Carried<Result> result) : state_(std::move(result)) {}
  explicit Outcome(Failure failure) : state_(shared(std::move(failure))) {}
  explicit Outcome(Exit exit) : state_(shared(std::move(exit))) {}
  explicit Outcome(TimedOut timed_out) : state_(shared(timed_out)) {}

  OutcomeKind kind() const {
    if (ok()) return OutcomeKind::ok;
    if (failure() != nullptr) return OutcomeKind::failed;
    if (exit() != nullptr) return OutcomeKind::lost;
    if (timed_out() != nullptr) return OutcomeKind::timed_out;
    return OutcomeKind::not_started;
  }
  bool ok() const { return std::holds_alternative<Carried<Result>>(state_); }

  /// The result. Throws std::bad_variant_access unless ok.
  const Result& value() const& { return std::get<Carried<Result>>(state_).get(); }
  Result&& value() && { return std::move(std::get<Carried<Result>>(state_).get()); }

  /// The exception of a failed task; otherwise null.
  const Failure* failure() const { return fate<Failure>(); }

  /// For a lost task, how the worker that was on it ended; otherwise null.
  const Exit* exit() const { return fate<Exit>(); }

  /// For a timed-out task, its worker and its time limit; otherwise null.
  const TimedOut* timed_out() const { return fate<TimedOut>(); }

  /// Is nothing known of the task yet? Only while the run still goes on.
  bool open() const { return std::holds_alternative<Open>(state_); }

 private:
  struct Open {};
  struct Cause : boost::intrusive_ref_counter<Cause> {
    explicit Cause(std::variant<Failure, Exit, TimedOut> what) : fate(std::move(what)) {}
    std::variant<Failure, Exit, TimedOut> fate;
  };
  using SharedCause = boost::intrusive_ptr<const Cause>;  // half as large as a std::shared_ptr

  static SharedCause shared(std::variant<Failure, Exit, TimedOut> fate) {
    return SharedCause(new Cause(std::move(fate)));
  }
  // Null if the task is ok, open or not started, or if this outcome was moved from.
  const Cause* cause() const {
    const auto* shared = std::get_if<SharedCause>(&state_);
    return shared == nullptr ? nullptr : shared->get();
  }
  template <class Fate>
  const Fate* fate() const {
    const Cause* what = cause();
    return what == nullptr ? nullptr : std::get_if<Fate>(&what->fate);
  }

  std::variant<Open, Carried<Result>, SharedCause> state_;  // a null cause: not started
};

/// The outcomes of a run, in task order.
template <class Task, class Result>
struct Report {
  std::shared_ptr<const std::vector<Task>> tasks{};
  std::vector<Outcome<Result>> outcomes{};
  std::vector<Exit> exits{};  ///< workers that ended without returning, in order of notice
  std::size_t abandoned = 0;  ///< threads that would not end; they may still be running

  /// The result of each task; empty where it has none. Results that cannot be copied can be moved
  /// out of the report: `std::move(report).results()`.
  std::vector<std::optional<Result>> results() const& { return results_of(*this); }
  std::vector<std::optional<Result>> results() && { return results_of(std::move(*this)); }

  /// (task, result) pairs, in task order.
  std::vector<std::pair<Task, std::optional<Result>>> correlated() const& {
    return correlated_of(*this);
  }
  std::vector<std::pair<Task, std::optional<Result>>> correlated() && {
    return correlated_of(std::move(*this));
  }

  Tally tally() const {
    Tally tally(outcomes.size());
    for (const auto& outcome : outcomes) ++tally[outcome.kind()];
    return tally;
  }

  bool all_ok() const {
    return std::all_of(outcomes.begin(), outcomes.end(),
                       [](const auto& outcome) { return outcome.ok(); });
  }

 private:
  // Copies from a `const Report&`, moves from a `Report&&`.
  template <class Self>
  static auto results_of(Self&& self) {
    std::vector<std::optional<Result>> results(self.outcomes.size());
    auto result = results.begin();
    for (auto& outcome : self.outcomes) {
      // In place: a Result may itself be an optional, and must not be taken for the outer one.
      if (outcome.ok()) {
        if constexpr (std::is_const_v<std::remove_reference_t<Self>>) {
          result->emplace(outcome.value());
        } else {
          result->emplace(std::move(outcome).value());
        }
      }
      ++result;
    }
    return results;
  }

  template <class Self>
  static auto correlated_of(Self&& self) {
    std::vector<std::pair<Task, std::optional<Result>>> pairs;
    pairs.reserve(self.outcomes.size());
    auto task = self.tasks->begin();
    for (auto& result : results_of(std::forward<Self>(self))) {
      pairs.emplace_back(*task++, std::move(result));
    }
    return pairs;
  }
};

}  // namespace workbench::reactor
