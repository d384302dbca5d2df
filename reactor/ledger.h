/// @file
/// The reactor's bookkeeping: which tasks have their outcome, which error came first, and how many
/// workers are still there.
///
/// Invariants:
/// 1. A task is settled once. What comes for it later is dropped, for example the result of a task
///    that has timed out. Nothing comes for a task that is `not_started`: no worker took it.
/// 2. Every task is settled by one of `enter` (a value), `record` (an error), `time_out`,
///    `not_started`, and `lose_the_rest`, which leaves none.
/// 3. Every worker that was there leaves by one of `enter` (it says so), `record` (it died) and
///    `time_out` (it was ended).
///
/// Thread safety: none; only the caller of `run` uses it.
#pragma once

#include <algorithm>
#include <any>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

#include "core/posix/large_pages.h"
#include "core/runtime.h"
#include "reactor/error.h"
#include "reactor/messages.h"
#include "reactor/options.h"
#include "reactor/report.h"

namespace workbench::reactor {

/// The books of one run.
template <class Task, class Result>
class Ledger {
 public:
  /// `workers`: how many a whole crew has.
  Ledger(const Options& options, std::size_t workers,
         std::shared_ptr<const std::vector<Task>> tasks)
      : stop_on_error_(options.stop_on_error),
        workers_(workers),
        present_(workers),
        progress_(options.progress),
        total_(tasks->size()) {
    report_.outcomes.reserve(tasks->size());
    use_large_pages(report_.outcomes);
    report_.tasks = std::move(tasks);
  }

  /// Every task is settled, and every worker has left.
  bool over() const { return done_ == total_ && present_ == 0; }

  /// Is the run coming to its end, so that no other task should be begun?
  bool stopping() const { return error_ != nullptr || interrupted_ != nullptr; }

  /// True when unstarted tasks must be drained: once when the run begins to stop, and again after a
  /// death, because the runtime puts back the tasks that a dead worker had not begun.
  bool must_drain() { return stopping() && std::exchange(drain_due_, false); }

  /// Enters a reply: the value of a task, the last word of a worker that returned, or the
  /// announcement of an entry of `error_queue`, which is recorded next (see `is_behind`).
  void enter(Reply<Result> reply) {
    if (auto* result = reply.result()) {
      deaths_in_a_row_ = 0;
      settle(*reply.task(), std::move(*result));
    } else if (const Failure* why = reply.unreadable()) {
      record_one(*why);
    } else if (reply.leaving()) {
      --present_;
    } else if (!reply.task()) {
      ++announced_deaths_;
    } else if (!failures_.contains(*reply.task())) {
      announced_failure_ = reply.task();
    }
  }

  /// Was an entry of `error_queue` announced, but not recorded yet?
  bool is_behind() const { return announced_failure_ || recorded_deaths_ < announced_deaths_; }

  /// Records an entry of `error_queue`.
  void record(ErrorEntry entry) {
    std::visit([&](auto& what) { record_one(std::move(what)); }, entry);
  }

  /// Records that a worker was ended, because it was on one task for longer than `limit`.
  void time_out(const InFlight& in_flight, Duration limit) {
    const TimedOut timed_out{.worker = in_flight.worker, .limit = limit};
    --present_;
    ++vacancies_;
    if (in_flight.task && !settled(*in_flight.task)) {
      settle(*in_flight.task, timed_out);
    } else {
      count_death(timed_out);  // no task is settled, so only this count bounds how often it happens
    }
    if (stop_on_error_) stop(timed_out, in_flight.task);
  }

  /// Have all workers left, and some tasks have no outcome? Then nobody can give them one.
  bool is_stranded() const { return present_ == 0 && done_ < total_; }

  /// The safety net: settles all that is left as lost. Requires: no reply is queued.
  void lose_the_rest() {
    if (!is_stranded()) return;
    const Exit unknown{.worker = kNobody, .how = Exit::How::unknown};
    for (TaskId task = 0; task < total_; ++task) {
      if (settled(task)) continue;
      if (stop_on_error_) stop(unknown, task);
      settle(task, unknown);
    }
  }

  /// Settles a task that was drained from `input_queue`.
  void not_started(TaskId task) { settle(task, NotStarted{}); }

  /// Counts one worker to be added in the place of one that was lost. False: none is needed.
  bool fill_vacancy() {
    if (vacancies_ == 0 || stopping() || done_ == total_) return false;
    --vacancies_;
    ++present_;
    return true;
  }

  /// Ends the books: returns the report, or throws the error that stopped the run, or what the
  /// progress callback threw.
  Report<Task, Result> close(std::size_t abandoned) {
    report_.abandoned = abandoned;
    if (interrupted_) std::rethrow_exception(interrupted_);
    if (!error_) return std::move(report_);
    const auto shared = std::make_shared<const Report<Task, Result>>(std::move(report_));
    const Error error(error_->cause, error_->task, error_->no_live_workers, shared->tally(),
                      std::any(shared));
    const Failure* failure = error.failure();
    if (failure == nullptr || !failure->exception) throw Error(error);
    try {
      std::rethrow_exception(failure->exception);
    } catch (...) {
      std::throw_with_nested(error);
    }
  }

 private:
  struct FirstError {
    Error::Cause cause;
    std::optional<TaskId> task;
    bool no_live_workers = false;
  };

  bool settled(TaskId task) const {
    if (task >= total_) return true;  // there is no such task: what comes for it is dropped
    return task < report_.outcomes.size() && !report_.outcomes[task].open();
  }

  template <class Fate>
  void settle(TaskId task, Fate fate) {
    if (settled(task)) return;
    ++done_;
    if (!std::is_same_v<Fate, Carried<Result>>) ++failed_;
    write_down(task, std::move(fate));
    if (!progress_ || interrupted_) return;
    try {
      progress_({.done = done_, .failed = failed_, .total = total_});
    } catch (...) {
      interrupted_ = std::current_exception();  // stop in good order, then tell the caller
    }
  }

  // The list grows as outcomes come, and they come almost in order. If it were filled with open
  // ones first, the workers would have nothing to do during that time.
  template <class Fate>
  void write_down(TaskId task, Fate fate) {
    auto& outcomes = report_.outcomes;
    if (task >= outcomes.size()) outcomes.resize(task);
    if (task == outcomes.size()) {
      outcomes.emplace_back(std::move(fate));
    } else {
      outcomes[task] = Outcome<Result>(std::move(fate));
    }
  }

  void record_one(Failure failure) {
    deaths_in_a_row_ = 0;
    const TaskId task = *failure.task;
    failures_.insert(task);
    if (announced_failure_ == MaybeTask(task)) announced_failure_ = {};
    if (stop_on_error_) stop(failure, task);
    settle(task, std::move(failure));
  }

  void record_one(Exit exit) {
    if (!dead_.insert(exit.worker).second) return;  // it was told twice
    ++recorded_deaths_;
    --present_;
    drain_due_ = true;
    ++vacancies_;
    report_.exits.push_back(exit);
    const bool lost = exit.task && !settled(*exit.task);
    count_death(exit);
    // If the system refuses to start workers, that is no error of one task: the run stops in any
    // mode.
    if (stop_on_error_ || exit.how == Exit::How::not_started) {
      stop(exit, lost ? exit.task : std::nullopt);
    }
    if (!lost) return;
    const TaskId task = *exit.task;
    settle(task, std::move(exit));
  }

  // Dead workers are replaced, but not for ever: the run stops when more workers than two whole
  // crews have died in a row, and no task was done in between.
  void count_death(const Error::Cause& cause) {
    if (++deaths_in_a_row_ > 2 * workers_) stop(cause, {}, true);
  }

  void stop(const Error::Cause& cause, std::optional<TaskId> task, bool no_live_workers = false) {
    if (error_) return;  // the first error wins
    error_ = std::make_unique<FirstError>(FirstError{cause, task, no_live_workers});
  }

  const bool stop_on_error_;
  const std::size_t workers_;
  std::size_t present_;  // workers that have neither left nor been ended
  const std::function<void(const Progress&)> progress_;
  Report<Task, Result> report_;
  const std::size_t total_;
  std::size_t done_ = 0;
  std::size_t failed_ = 0;
  MaybeTask announced_failure_;          // its task, as long as it is not recorded
  std::unordered_set<TaskId> failures_;  // tasks whose failure is recorded; each fails only once
  std::unordered_set<WorkerId> dead_;    // workers whose Exit is recorded
  std::size_t announced_deaths_ = 0;
  std::size_t recorded_deaths_ = 0;
  std::size_t vacancies_ = 0;
  std::size_t deaths_in_a_row_ = 0;
  bool drain_due_ = true;
  std::unique_ptr<FirstError> error_;
  std::exception_ptr interrupted_;
};

}  // namespace workbench::reactor
