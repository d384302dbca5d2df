/// @file
/// The handful of primitives that the runtimes stand on.
///
/// What threads share is a template over such a `Sync`, so that the very same code can run
/// on primitives whose every interleaving is under control.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "core/time.h"

namespace workbench {

/// The real ones.
struct StdSync {
  using mutex = std::mutex;
  using condition_variable = std::condition_variable;
  using thread = std::thread;
  using clock = Clock;
  static TimePoint coarse_now() { return workbench::coarse_now(); }
  static void yield() { std::this_thread::yield(); }
  /// One round of `lock_when`. Untimed where its caller set no limit, and says why.
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
  /// A look that may come too late, and that nothing depends on.
  template <class T>
  static T peek(const atomic<T>& value) {
    return value.load(std::memory_order_relaxed);
  }
};

/// Locks, and waits until `ready()` is true; false: `deadline` has passed, and it is not.
/// `TimePoint::max()`: no limit. Locked in both cases, and when `ready` throws.
///
/// `ready` looks at what the mutex guards, and changes nothing; who makes it true notifies
/// `changed` in the same section. Whether somebody waited, or came when it was true, must make no
/// difference: the explorer does not try both (core/simulated/explorer.h).
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
