/// @file
/// The reactor's bookkeeping: which task has its outcome, which error came first, who is missing.
///
/// Invariants:
/// 1. A task is settled once; what comes later for it is dropped (a late result, say). After
///    `not_started` nothing comes: nobody had it in his hands.
/// 2. Every task is settled by one of `settle`, `record`, `time_out` and `not_started`.
/// 3. Every worker leaves by one of `leave`, `record` and `time_out`.
///
/// Thread safety: none; only the caller of `run` has it.
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
#include "reactor/report.h"

namespace workbench::reactor {

/// The books of one run.
template <class Task, class Result>
class Ledger {
 public:
  /// `workers`: the size of a whole crew. `progress` may be empty.
  Ledger(bool stop_on_error, int workers, std::shared_ptr<const std::vector<Task>> tasks,
         std::function<void(const Progress&)> progress)
      : stop_on_error_(stop_on_error),
        workers_(workers),
        present_(workers),
        progress_(std::move(progress)),
        total_(tasks->size()) {
    report_.outcomes.reserve(tasks->size());
    use_large_pages(report_.outcomes);
    report_.tasks = std::move(tasks);
  }

  /// Every task is settled, and every worker has left.
  bool over() const { return done_ == total_ && present_ == 0; }

  /// Must the run come to its end, without beginning another task?
  bool stopping() const { return error_ != nullptr || interrupted_ != nullptr; }

  /// Must the tasks that are left be drained? True once when stopping begins, and once more after
  /// each turn in which a worker has died since.
  bool must_drain() { return stopping() && std::exchange(drain_due_, false); }

  /// A reply with a value.
  void settle(TaskId task, Result value) {
    deaths_in_a_row_ = 0;
    close_task(task, std::move(value));
  }

  /// A worker has left in good order.
  void leave() { --present_; }

  /// An entry of `error_queue` is there: the task has failed, or (none) a worker has died.
  void announce(MaybeTask task) {
    announced_task_ = task;
    if (!task) ++announced_deaths_;
  }

  /// Is what was announced still to be recorded?
  bool is_behind() const {
    const bool failure_missing = announced_task_ && !failures_.contains(*announced_task_);
    return failure_missing || recorded_deaths_ < announced_deaths_;
  }

  /// An entry of `error_queue`.
  void record(Mishap mishap) {
    std::visit([&](auto& what) { record_one(std::move(what)); }, mishap);
  }

  /// A worker that was ended because it held `hold` for too long.
  void time_out(const Hold& hold, Duration limit) {
    const TimedOut timed_out{.worker = hold.worker, .limit = limit};
    --present_;
    ++vacancies_;
    if (hold.task && !settled(*hold.task)) {
      close_task(*hold.task, timed_out);
    } else {
      count_death(timed_out);  // stuck between two tasks: no outcome bounds how often that happens
    }
    if (stop_on_error_) stop(timed_out, hold.task);
  }

  /// A task that was drained from `input_queue`.
  void not_started(TaskId task) { close_task(task, NotStarted{}); }

  /// Counts one worker to be added in the place of one that was lost. False: none is needed.
  bool fill_vacancy() {
    if (vacancies_ == 0 || stopping() || done_ == total_) return false;
    --vacancies_;
    ++present_;
    return true;
  }

  /// The report, or the error that stopped the run, or what the progress callback threw.
  Report<Task, Result> close(std::size_t abandoned) {
    report_.abandoned = abandoned;
    if (interrupted_) std::rethrow_exception(interrupted_);
    if (!error_) return std::move(report_);
    const auto shared = std::make_shared<const Report<Task, Result>>(std::move(report_));
    const Error error(error_->cause, error_->task, error_->no_live_workers, shared->counts(),
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
    return task < report_.outcomes.size() &&
           report_.outcomes[task].kind() != Outcome<Result>::Kind::not_started;
  }

  template <class Fate>
  void close_task(TaskId task, Fate fate) {
    if (settled(task)) return;
    ++done_;
    if (!std::is_same_v<Fate, Result>) ++failed_;
    enter(task, std::move(fate));
    if (!progress_ || interrupted_) return;
    try {
      progress_({.done = done_, .failed = failed_, .total = total_});
    } catch (...) {
      interrupted_ = std::current_exception();  // stop in good order, then tell the caller
    }
  }

  // The list grows as outcomes come, about in order: to fill it with nothing first would be work
  // during which no worker has any.
  template <class Fate>
  void enter(TaskId task, Fate fate) {
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
    if (stop_on_error_) stop(failure, task);
    close_task(task, std::move(failure));
  }

  void record_one(Exit exit) {
    ++recorded_deaths_;
    --present_;
    drain_due_ = true;
    ++vacancies_;
    report_.exits.push_back(exit);
    const bool lost = exit.task && !settled(*exit.task);
    count_death(exit);
    // That the system refuses to start workers is no mishap of one task.
    if (stop_on_error_ || exit.how == Exit::How::not_started) {
      stop(exit, lost ? exit.task : std::nullopt);
    }
    if (!lost) return;
    const TaskId task = *exit.task;
    close_task(task, std::move(exit));
  }

  // Replacing the dead must come to an end: after two whole crews without one reply in between.
  void count_death(const Error::Cause& cause) {
    if (++deaths_in_a_row_ > 2 * workers_) stop(cause, {}, true);
  }

  void stop(const Error::Cause& cause, std::optional<TaskId> task, bool no_live_workers = false) {
    if (error_) return;  // the first error wins
    error_ = std::make_unique<FirstError>(FirstError{cause, task, no_live_workers});
  }

  const bool stop_on_error_;
  const int workers_;
  int present_;  // workers that have neither left nor been ended
  const std::function<void(const Progress&)> progress_;
  Report<Task, Result> report_;
  const std::size_t total_;
  std::size_t done_ = 0;
  std::size_t failed_ = 0;
  MaybeTask announced_task_;
  std::unordered_set<TaskId> failures_;  // that are recorded; a task is begun, and fails, only once
  std::size_t announced_deaths_ = 0;
  std::size_t recorded_deaths_ = 0;
  int vacancies_ = 0;
  int deaths_in_a_row_ = 0;
  bool drain_due_ = true;
  std::unique_ptr<FirstError> error_;
  std::exception_ptr interrupted_;
};

}  // namespace workbench::reactor
