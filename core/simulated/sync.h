/// @file
/// The primitives of the thread runtime, simulated: `BasicThreads<SimulatedSync>` runs the very
/// same queue, worker and crew, and the pools on them, under a Scheduler.
#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <tuple>
#include <utility>

#include "core/simulated/scheduler.h"
#include "core/threads/runtime.h"

namespace workbench::simulated {

/// No thread ever waits for it: see scheduler.h. To lock it begins a step, unless the thread is
/// inside of a critical section already.
class Mutex {
 public:
  void lock() {
    Scheduler& scheduler = Scheduler::current();
    if (scheduler.unwinding()) {
      if (std::uncaught_exceptions() == 0) throw Unwind{};
      return;
    }
    if (scheduler.held() == 0) scheduler.yield();
    ++scheduler.held();
    scheduler.touch(object_, true);
  }
  void unlock() {
    Scheduler& scheduler = Scheduler::current();
    if (!scheduler.unwinding()) --scheduler.held();
  }

 private:
  friend class ConditionVariable;
  ObjectId object_ = Scheduler::current().new_object();
};

/// Requires: notified under a mutex, and waited for with exactly one locked; throws
/// std::logic_error otherwise. The explorer would not see that a notification without the mutex may
/// be lost.
class ConditionVariable {
 public:
  void wait(std::unique_lock<Mutex>& lock) { wait_until(lock, TimePoint::max()); }
  void wait_until(std::unique_lock<Mutex>& lock, TimePoint deadline) {
    Scheduler& scheduler = Scheduler::current();
    if (scheduler.unwinding()) throw Unwind{};
    if (scheduler.held() != 1) throw std::logic_error("waits with more than one mutex, or none");
    scheduler.held() = 0;
    scheduler.wait(object_, deadline);
    scheduler.held() = 1;
    scheduler.touch(lock.mutex()->object_, true);
  }
  /// As wait_until, but called by lock_when, whose caller only looks.
  void await(std::unique_lock<Mutex>& lock, TimePoint deadline) {
    Scheduler::current().looked_in_vain(lock.mutex()->object_, object_);
    wait_until(lock, deadline);
  }
  void notify_one() { notify(false); }
  void notify_all() { notify(true); }

 private:
  void notify(bool all) {
    Scheduler& scheduler = Scheduler::current();
    if (scheduler.unwinding()) return;
    if (scheduler.held() == 0) throw std::logic_error("notifies without a mutex");
    scheduler.notify(object_, all);
  }

  ObjectId object_ = Scheduler::current().new_object();
};

/// Outside of a critical section, each operation is a step. Inside, it is a part of that step.
template <class T>
class Atomic {
 public:
  explicit Atomic(T value) : value_(value) {}
  T load(std::memory_order /*order*/) const {
    touch(false);
    return value_;
  }
  /// Not a step.
  T peek() const { return value_; }
  void store(T value, std::memory_order /*order*/) {
    touch(true);
    value_ = value;
  }
  bool compare_exchange_weak(T& expected, T desired, std::memory_order /*order*/) {
    touch(true);
    if (value_ == expected) {
      value_ = desired;
      return true;
    }
    expected = value_;
    return false;
  }

 private:
  void touch(bool write) const {
    Scheduler& scheduler = Scheduler::current();
    if (scheduler.unwinding()) return;
    if (scheduler.held() == 0) scheduler.yield();
    scheduler.touch(object_, write);
  }

  T value_;
  ObjectId object_ = Scheduler::current().new_object();
};

class Thread {
 public:
  template <class Function, class... Arguments>
  explicit Thread(Function function, Arguments... arguments)
      : id_(Scheduler::current().start(
            [function, arguments = std::make_tuple(std::move(arguments)...)] {
              std::apply(function, arguments);
            })) {}
  Thread(Thread&&) noexcept = default;
  Thread& operator=(Thread&&) noexcept = default;
  Thread(const Thread&) = delete;
  ~Thread() = default;

  void join() { Scheduler::current().join(id_); }
  void detach() {}

 private:
  ThreadId id_;
};

struct VirtualClock {
  static TimePoint now() { return Scheduler::current().now(); }
};

}  // namespace workbench::simulated

namespace workbench {

/// See core/sync.h.
struct SimulatedSync {
  using mutex = simulated::Mutex;
  using condition_variable = simulated::ConditionVariable;
  using thread = simulated::Thread;
  using clock = simulated::VirtualClock;
  static TimePoint coarse_now() { return clock::now(); }
  static void yield() {}  // every schedule is run anyway
  static void await(condition_variable& changed, std::unique_lock<mutex>& lock,
                    TimePoint deadline) {
    changed.await(lock, deadline);
  }
  template <class T>
  using atomic = simulated::Atomic<T>;
  template <class T>
  static T peek(const atomic<T>& value) {
    return value.peek();
  }
};

/// Workers that are fibers under a scheduler. Requires: used in a program that a Scheduler runs.
using Simulated = BasicThreads<SimulatedSync>;

static_assert(Runtime<Simulated>);

}  // namespace workbench
