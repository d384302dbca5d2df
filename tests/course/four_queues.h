/// @file
/// Four queues, each with the same `push` and another `pop`, on the way from busy waiting to one
/// that is right. Templates over their primitives, so that they run in every schedule
/// (core/sync.h).
///
/// Thread safety: any thread may push and pop; whether `pop` is right is what is to be found out.
#pragma once

#include <deque>
#include <mutex>
#include <optional>

namespace workbench::course {

// [spinning]
/// Looks again and again. Nobody needs to notify it, and it uses up a processor while it waits.
template <class Sync>
class SpinningQueue {
 public:
  void push(int item) {
    const std::lock_guard lock(mutex_);
    items_.push_back(item);
  }

  std::optional<int> pop() {
    for (;;) {
      {
        const std::lock_guard lock(mutex_);
        if (!items_.empty()) return take();
      }
      Sync::yield();
    }
  }
  // [spinning]

 private:
  int take() {
    const int item = items_.front();
    items_.pop_front();
    return item;
  }

  typename Sync::mutex mutex_;
  std::deque<int> items_;  // guarded by mutex_
};

/// What the other three share: an item is pushed, and somebody who waits is notified.
template <class Sync>
class NotifyingQueue {
 public:
  // [push]
  void push(int item) {
    const std::lock_guard lock(mutex_);
    items_.push_back(item);
    changed_.notify_one();
  }
  // [push]

 protected:
  using Lock = std::unique_lock<typename Sync::mutex>;

  std::optional<int> take() {
    if (items_.empty()) return std::nullopt;
    const int item = items_.front();
    items_.pop_front();
    return item;
  }

  typename Sync::mutex mutex_;
  typename Sync::condition_variable changed_;
  std::deque<int> items_;  // guarded by mutex_
};

/// Looks, lets go of the mutex, and then goes to sleep. A push in between notifies nobody.
template <class Sync>
class ForgetfulQueue : public NotifyingQueue<Sync> {
 public:
  // [forgetful]
  std::optional<int> pop() {
    bool is_empty = false;
    {
      const std::lock_guard lock(this->mutex_);
      is_empty = this->items_.empty();
    }
    // Here somebody else may push, and notify. Nobody sleeps yet.
    typename NotifyingQueue<Sync>::Lock lock(this->mutex_);
    if (is_empty) this->changed_.wait(lock);
    return this->take();
  }
  // [forgetful]
};

/// Looks and goes to sleep in one critical section; but looks only once.
template <class Sync>
class HastyQueue : public NotifyingQueue<Sync> {
 public:
  // [hasty]
  std::optional<int> pop() {
    typename NotifyingQueue<Sync>::Lock lock(this->mutex_);
    if (this->items_.empty()) this->changed_.wait(lock);
    return this->take();  // another thread may have been faster
  }
  // [hasty]
};

/// Looks again after each sleep.
template <class Sync>
class PatientQueue : public NotifyingQueue<Sync> {
 public:
  // [patient]
  std::optional<int> pop() {
    typename NotifyingQueue<Sync>::Lock lock(this->mutex_);
    while (this->items_.empty()) this->changed_.wait(lock);
    return this->take();
  }
  // [patient]
};

}  // namespace workbench::course
