/// @file
/// A mutex and a condition variable for the exercises in which the queue itself is to be written.
/// On threads they are those of the standard library. In every schedule they are simulated.
///
/// The simulation wants one thing that C++ does not: notify while the mutex is locked.
#pragma once

#include <memory>
#include <mutex>

#include "core/task.h"

namespace exercise {

using workbench::MaybeTask;
using workbench::pill;
using workbench::TaskId;

/// Locked by std::lock_guard or std::unique_lock.
class Mutex {
 public:
  Mutex();
  Mutex(const Mutex&) = delete;
  ~Mutex();
  void lock();
  void unlock();

  struct Body;

 private:
  friend class ConditionVariable;
  std::unique_ptr<Body> body_;
};

class ConditionVariable {
 public:
  ConditionVariable();
  ConditionVariable(const ConditionVariable&) = delete;
  ~ConditionVariable();
  void wait(std::unique_lock<Mutex>& lock);
  void notify_one();
  void notify_all();

  struct Body;

 private:
  std::unique_ptr<Body> body_;
};

/// The queue that is to be written: the pool around it is there.
class TaskQueue {
 public:
  TaskQueue() = default;
  TaskQueue(const TaskQueue&) = delete;
  virtual ~TaskQueue() = default;
  virtual void push(MaybeTask item) = 0;
  /// Waits for an item.
  virtual MaybeTask pop() = 0;
};

}  // namespace exercise
