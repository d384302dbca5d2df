/// @file
/// One worker of the thread runtime: its number, its stop token, and what it has in its hands.
///
///     batch  │ t4 │ t5 │ t6 │ t7 │      t4 is begun, and is what it *holds*;
///                 ▲                     t5 to t7 are not: others may take them away (hands.h)
///               begun
///
/// A thread cannot be killed. When its time is up it is *ended*: asked to stop through its token,
/// and from then on kept from taking tasks, at the moment it asks for one. That moment and the
/// decision to end it exclude each other under `mutex_`, so no task can slip into the hands of a
/// worker that nobody watches any more.
///
/// Thread safety: `next`, `fill`, `more`, `began`, `hold_back` and `deliver` are for the worker's
/// own thread, the others for every thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>
#include <vector>

#include "core/runtime.h"

namespace workbench::threads {

/// Thrown by a queue into an ended worker that asks for a task; caught where its thread began.
struct Ended {};

/// What a worker has pushed and not yet delivered (lane.h).
class HeldBack {
 public:
  HeldBack() = default;
  HeldBack(const HeldBack&) = delete;
  virtual ~HeldBack() = default;
  virtual void deliver() = 0;
};

template <class Sync>
class Worker : public std::enable_shared_from_this<Worker<Sync>> {
 public:
  explicit Worker(WorkerId id) : hold_{.worker = id, .since = Sync::clock::now()} {}

  /// The worker that runs on this thread; null in the caller.
  static Worker*& current() {
    static thread_local Worker* worker = nullptr;
    return worker;
  }

  // ---- tasks ----

  /// Notes that the current worker, if there is one, takes `task`. Called by a queue just before it
  /// hands the task over. False: this worker may take no more.
  static bool take(const MaybeTask& task) {
    Worker* worker = current();
    if (worker == nullptr) return true;
    const std::lock_guard lock(worker->mutex_);
    if (worker->state_ == State::ended) return false;
    worker->begin(task);
    return true;
  }

  /// Begins the next task of its batch; empty when there is none. Throws Ended.
  std::optional<TaskId> next() {
    if (more_ == 0) return std::nullopt;  // the common case when batches are small
    const std::lock_guard lock(mutex_);
    if (state_ == State::ended) throw Ended{};
    if (begun_ == batch_.size()) {  // others have taken the rest
      more_ = 0;
      return std::nullopt;
    }
    --more_;
    return begin(batch_[begun_++]);
  }

  /// Takes a batch in place of the one before, which is used up, and begins its first task. Empty:
  /// this worker was ended, and its tasks are for others. Requires: `tasks` is not empty.
  std::optional<TaskId> fill(std::vector<TaskId> tasks) {
    const std::lock_guard lock(mutex_);
    batch_ = std::move(tasks);
    begun_ = 0;
    if (state_ == State::ended) return std::nullopt;
    more_ = batch_.size() - 1;
    return begin(batch_[begun_++]);
  }

  /// Has it more tasks in its hands than the one that it is on? Others may have taken them.
  bool more() const { return more_ > 0; }

  /// About when it began the task that it is on.
  TimePoint began() const { return hold_.since; }  // written by this thread alone

  /// How many tasks of its batch it has not begun.
  std::size_t not_begun() const {
    const std::lock_guard lock(mutex_);
    return batch_.size() - begun_;
  }

  /// Takes away the last `count` of those, or as many as there are.
  std::vector<TaskId> give_up(std::size_t count) {
    const std::lock_guard lock(mutex_);
    const auto given = static_cast<std::ptrdiff_t>(std::min(count, batch_.size() - begun_));
    std::vector<TaskId> tasks(batch_.end() - given, batch_.end());
    batch_.erase(batch_.end() - given, batch_.end());
    return tasks;
  }

  // ---- results ----

  /// This worker is about to hold back something, which will be delivered before anything else that
  /// it pushes.
  void hold_back(const std::shared_ptr<HeldBack>& results) {
    if (holding_ == results.get()) return;
    deliver();
    const std::lock_guard lock(mutex_);
    held_back_ = results;
    holding_ = results.get();
  }

  /// Delivers what it holds back.
  void deliver() {
    if (HeldBack* results = std::exchange(holding_, nullptr)) results->deliver();
  }

  // ---- its life ----

  Hold hold() const {
    const std::lock_guard lock(mutex_);
    return hold_;
  }

  /// The hold of one who is at work, after delivering what it holds back: somebody wants to know.
  std::optional<Hold> look() {
    std::unique_lock lock(mutex_);
    if (state_ != State::at_work) return std::nullopt;
    const Hold hold = hold_;
    const auto results = held_back_;
    lock.unlock();
    if (results) results->deliver();
    return hold;
  }

  /// Ends this worker if it is still at work and holds what it held at its `pops`-th pop.
  bool end(std::size_t pops) {
    {
      const std::lock_guard lock(mutex_);
      if (hold_.pops != pops || state_ != State::at_work) return false;
      state_ = State::ended;
    }
    stop_.request_stop();
    return true;
  }

  /// The worker has nothing more to do. False: it was ended before, and nobody waits for it.
  bool leave() {
    const std::lock_guard lock(mutex_);
    if (state_ == State::ended) return false;
    state_ = State::left;
    return true;
  }

  std::stop_token token() const { return stop_.get_token(); }

 private:
  // Under mutex_.
  template <class Task>
  Task begin(Task task) {
    hold_.task = task;
    hold_.since = Sync::soon();
    ++hold_.pops;
    return task;
  }

  enum class State { at_work, left, ended };

  mutable typename Sync::mutex mutex_;
  Hold hold_;                            // guarded by mutex_
  State state_ = State::at_work;         // guarded by mutex_
  std::vector<TaskId> batch_;            // guarded by mutex_
  std::size_t begun_ = 0;                // guarded by mutex_; how many of them
  std::shared_ptr<HeldBack> held_back_;  // guarded by mutex_
  HeldBack* holding_ = nullptr;          // its own thread's; what deliver() is to deliver
  std::size_t more_ = 0;                 // its own thread's; >= batch_.size() - begun_
  std::stop_source stop_;
};

}  // namespace workbench::threads
