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
  static TimePoint soon() { return workbench::soon(); }
  static void yield() { std::this_thread::yield(); }
  template <class T>
  using atomic = std::atomic<T>;
  /// A look that may come too late, and that nothing depends on.
  template <class T>
  static T peek(const atomic<T>& value) {
    return value.load(std::memory_order_relaxed);
  }
};

}  // namespace workbench
