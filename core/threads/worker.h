/// @file
/// One worker of the thread runtime: its number, its stop token, what it has in its hand, and what
/// it holds back.
///
/// A thread cannot be killed. When its time is up it is *ended*: asked to stop through its token,
/// and from then on kept from taking tasks, at the moment it asks for one. That moment and the
/// decision to end it exclude each other (in its hand, or under `mutex_`), so no task can slip to a
/// worker that nobody watches any more.
///
/// Thread safety: `take`, `next`, `fill`, `more`, `began`, `hold_back` and `deliver` are for the
/// worker's own thread, the others for every thread.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>
#include <vector>

#include "core/batching/batch_size.h"
#include "core/batching/task_batch.h"
#include "core/runtime.h"

namespace workbench::threads {

/// Thrown by a queue into an ended worker that asks for a task; caught where its thread began.
struct Ended {};

/// What a worker has pushed and not yet delivered (result_buffer.h).
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
  explicit Worker(WorkerId id) : id_(id), before_{.worker = id, .since = Sync::clock::now()} {}

  /// The worker that runs on this thread; null in the caller.
  static Worker*& current() {
    static thread_local Worker* worker = nullptr;
    return worker;
  }

  WorkerId id() const { return id_; }

  // ---- tasks ----

  /// Notes that it takes a task, or a pill, that is not from its hand. Called by a queue just
  /// before it hands that over. False: this worker may take no more.
  bool take(MaybeTask task) {
    const std::lock_guard lock(mutex_);
    if (state_ == State::ended) return false;
    put_down();
    before_ = {.worker = id_, .task = task, .since = Sync::soon(), .pops = before_.pops + 1};
    return true;
  }

  /// Takes a batch, and begins its first task. Empty: this worker was ended, and its tasks are for
  /// others. Requires: `tasks` is not empty, and nothing is left of the batch before.
  MaybeTask fill(const std::vector<TaskId>& tasks) {
    const std::lock_guard lock(mutex_);
    put_down();
    hand_.fill(tasks);
    if (state_ == State::ended) return {};
    more_ = tasks.size() - 1;
    return hand_.begin_next();
  }

  /// Begins the next task of its batch; empty when there is none. Throws Ended.
  MaybeTask next() {
    if (const MaybeTask task = hand_.begin_next()) {
      --more_;
      return task;
    }
    const std::lock_guard lock(mutex_);
    if (state_ == State::ended) throw Ended{};
    more_ = 0;  // others have taken the rest
    return {};
  }

  /// Has it more tasks in its hand than the one that it is on? Others may have taken them.
  bool more() const { return more_ > 0; }

  /// About when it began the task that it is on, which is from its hand.
  TimePoint began() const { return hand_.began(); }

  /// How many tasks it has in its hand that are not begun.
  std::size_t not_begun() const {
    const std::lock_guard lock(mutex_);
    return hand_.not_begun();
  }

  /// Takes away the last `count` of those, or as many as there are.
  std::vector<TaskId> give_up(std::size_t count) {
    const std::lock_guard lock(mutex_);
    return hand_.take(count);
  }

  // ---- results ----

  /// This worker is about to hold back something, which will be delivered before anything else that
  /// it pushes.
  void hold_back(const std::shared_ptr<HeldBack>& results) {
    deliver();
    const std::lock_guard lock(mutex_);
    held_back_ = results;
    holding_ = results.get();
  }
  bool holds_back(const HeldBack* results) const { return holding_ == results; }

  /// Delivers what it holds back.
  void deliver() {
    if (HeldBack* results = std::exchange(holding_, nullptr)) results->deliver();
  }

  // ---- its life ----

  Hold hold() const {
    const std::lock_guard lock(mutex_);
    return hand_.look(before_);
  }

  /// The hold of one who is at work, after delivering what it holds back: somebody wants to know.
  std::optional<Hold> look() {
    std::unique_lock lock(mutex_);
    if (state_ != State::at_work) return std::nullopt;
    const Hold hold = hand_.look(before_);
    const auto results = held_back_;
    lock.unlock();
    if (results) results->deliver();
    return hold;
  }

  /// Ends this worker if it is still at work and holds what it held at its `pops`-th pop.
  bool end(std::size_t pops) {
    {
      const std::lock_guard lock(mutex_);
      if (state_ != State::at_work || !hand_.close(pops - before_.pops)) return false;
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
  // What it has begun of the batch in its hand becomes history. Under mutex_.
  void put_down() {
    before_ = hand_.look(before_);
    hand_.fill({});
  }

  enum class State { at_work, left, ended };

  const WorkerId id_;
  mutable typename Sync::mutex mutex_;
  Hand<Sync> hand_;                      // filled, looked at and taken from under mutex_
  Hold before_;                          // guarded by mutex_; what it held before that
  State state_ = State::at_work;         // guarded by mutex_
  std::shared_ptr<HeldBack> held_back_;  // guarded by mutex_
  HeldBack* holding_ = nullptr;          // its own thread's; what deliver() is to deliver
  std::size_t more_ = 0;                 // its own thread's; >= hand_.not_begun()
  std::stop_source stop_;
};

}  // namespace workbench::threads
