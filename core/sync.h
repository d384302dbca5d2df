/// @file
/// The few primitives that the runtimes are built on.
///
/// Everything that threads share is a template over such a `Sync`. So the same code also runs on
/// simulated primitives, where a scheduler controls every interleaving (core/simulated/sync.h).
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "core/time.h"

namespace workbench {

/// The real primitives, of the standard library.
struct StdSync {
  using mutex = std::mutex;
  using condition_variable = std::condition_variable;
  using thread = std::thread;
  using clock = Clock;
  static TimePoint coarse_now() { return workbench::coarse_now(); }
  static void yield() { std::this_thread::yield(); }
  /// One wait of `lock_when`. Untimed if its caller set no limit: the reason stands there.
  static void await(condition_variable& changed, std::unique_lock<mutex>& lock,
                    TimePoint deadline) {
    if (deadline == TimePoint::max()) {
      changed.wait(lock);
    } else {
      changed.wait_until(lock, deadline);
    }
  }
  template <class T>
  using atomic = std::atomic<T>;
  /// Reads a value that may be out of date. Nothing may depend on it.
  template <class T>
  static T peek(const atomic<T>& value) {
    return value.load(std::memory_order_relaxed);
  }
};

/// Locks, and waits until `ready()` is true. The result is false if it is still not true when
/// `deadline` has passed (`TimePoint::max()`: no limit). The mutex stays locked in both cases, and
/// also when `ready` throws.
///
/// Requires: `ready` reads what the mutex guards, and changes nothing. A thread that makes it true
/// notifies `changed` in the same critical section. It makes no difference whether a thread waited,
/// or came when `ready` was already true: the explorer does not try both
/// (core/simulated/explorer.h).
///
/// Thread safety: from any thread, each with a lock of its own that it has not locked.
template <class Sync, class Ready>
bool lock_when(std::unique_lock<typename Sync::mutex>& lock,
               typename Sync::condition_variable& changed, TimePoint deadline, Ready ready) {
  lock.lock();
  while (!ready()) {
    if (deadline != TimePoint::max() && Sync::clock::now() >= deadline) return false;
    Sync::await(changed, lock, deadline);
  }
  return true;
}

}  // namespace workbench
