/// @file
/// One worker of the thread runtime: its number, its stop token, and what it has in its hands.
///
/// A thread cannot be killed. When its time is up it is *ended*: asked to stop through its token,
/// and from then on kept from taking tasks, at the moment it asks for one. That moment and the
/// decision to end it exclude each other under `mutex_`, so no task can slip into the hands of a
/// worker that nobody watches any more.
#pragma once

#include <mutex>
#include <optional>
#include <stop_token>

#include "core/runtime.h"

namespace workbench::threads {

/// Thrown by a queue into an ended worker that asks for a task; caught where its thread began.
struct Ended {};

template <class Sync>
class Worker {
 public:
  explicit Worker(WorkerId id) : hold_{.worker = id, .since = Sync::clock::now()} {}

  /// The worker that runs on this thread; null in the caller.
  static Worker*& current() {
    static thread_local Worker* worker = nullptr;
    return worker;
  }

  /// Notes that the current worker, if there is one, takes `task`. Called by a queue just before it
  /// hands the task over. False: this worker may take no more.
  static bool take(const MaybeTask& task) {
    Worker* worker = current();
    return worker == nullptr || worker->note(task);
  }

  Hold hold() const {
    const std::lock_guard lock(mutex_);
    return hold_;
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

  bool at_work() const {
    const std::lock_guard lock(mutex_);
    return state_ == State::at_work;
  }

  std::stop_token token() const { return stop_.get_token(); }

 private:
  bool note(const MaybeTask& task) {
    const std::lock_guard lock(mutex_);
    if (state_ == State::ended) return false;
    hold_.task = task;
    hold_.since = Sync::clock::now();
    ++hold_.pops;
    return true;
  }

  enum class State { at_work, left, ended };

  mutable typename Sync::mutex mutex_;
  Hold hold_;                     // guarded by mutex_
  State state_ = State::at_work;  // guarded by mutex_
  std::stop_source stop_;
};

}  // namespace workbench::threads
