/// @file
/// Runs simulated threads: fibers under one scheduler. It decides before every step which of them
/// goes on, and the program can be run again with other decisions.
///
///     root ──resume──▶ fiber 0 (the program)      a step: from one visible operation to the next
///       ▲                fiber 1 (a worker)       (locking a mutex, reading an atomic, waiting for
///       a └────yield────── fiber 2 (a worker)       thread, beginning, ending)
///
/// One critical section is one step. No mutex is locked between two steps, so a thread never has to
/// wait for a mutex, and no other thread sees what happens inside a section before its end. That is
/// sound for programs without data races, and ThreadSanitizer can show that there are none. There
/// is one exception: a section may use an atomic twice, while other threads use it without the
/// mutex. Here they never come in between, so the retries of core/batching/task_batch.h are left to
/// the tests on real threads.
///
/// Time is virtual: nothing ever waits for a clock.
///
/// Thread safety: none; one real thread, one scheduler at a time on it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "core/simulated/fiber.h"
#include "core/task.h"
#include "core/time.h"

namespace workbench::simulated {

using ThreadId = std::uint32_t;
using ObjectId = std::uint32_t;

/// What a step does to an object that threads share: to a mutex (and all that it guards), to an
/// atomic, to a condition variable, to the clock.
struct Access {
  enum class Kind : std::uint8_t {
    read,
    write,
    look,    ///< locks a mutex, does not find what it looks for, and waits for it (lock_when)
    notify,  ///< wakes all that wait in a condition variable: no choice among them
  };

  ObjectId object = 0;
  Kind kind = Kind::write;
  ObjectId waits_in = 0;  ///< for a look: the condition variable

  bool operator==(const Access&) const = default;
};

/// Why a thread can go on.
enum class WakeReason : std::uint8_t {
  ready,     ///< it is at a step, or was notified, or the thread that it joins has ended
  timeout,   ///< its deadline has passed, and no other thread can go on
  early,     ///< its deadline has passed, although others could go on: they are slow
  spurious,  ///< it wakes up for no reason, which condition variables allow
};

/// One of the ways in which the run can go on.
struct Transition {
  ThreadId thread = 0;
  WakeReason reason = WakeReason::ready;

  bool operator==(const Transition&) const = default;
};

/// Makes the decisions, and is told what each step did.
class Strategy {
 public:
  virtual ~Strategy() = default;
  /// Chooses one of `options`, which are never empty and come in a fixed order. Empty: stop here.
  virtual std::optional<std::size_t> choose(const std::vector<Transition>& options) = 0;
  /// Chooses one of `count` >= 2 possibilities inside of a step, for example which waiter is
  /// notified, or whether a fault strikes.
  virtual std::size_t pick(std::size_t count) = 0;
  /// The step of the chosen option is over.
  virtual void stepped(const std::vector<Access>& accesses) = 0;
  /// `by`'s current step has made `whom` able to go on.
  virtual void enabled(ThreadId by, ThreadId whom) = 0;
};

/// How an execution ended.
enum class Ending {
  finished,  ///< the program has returned
  deadlock,  ///< it has not, and no thread can go on
  stopped,   ///< by the strategy
  too_long,  ///< more steps than allowed
};

class Scheduler {
 public:
  struct Options {
    /// How many timers may fire at any moment and in any order, because a machine may be slow. The
    /// timers after that fire only when no thread can go on, the earliest first.
    std::size_t early_timeouts = 0;
    std::size_t spurious_wakeups = 0;  ///< at most this many in an execution
    std::size_t faults = 0;            ///< at most this many in an execution, see strikes()
    std::size_t max_steps = 100'000;   ///< a longer execution is cut, see Ending::too_long
  };

  Scheduler(Options options, Strategy& strategy) : options_(options), strategy_(strategy) {}
  Scheduler(const Scheduler&) = delete;

  /// Runs `program` as thread 0 to its end, or as far as it goes. Then calls `look`, unless the
  /// strategy stopped the execution: no thread runs, and everything is as they left it. Then
  /// unwinds the threads that are left. An exception that leaves a thread is thrown from here.
  Ending run(std::function<void()> program, const std::function<void(Ending)>& look = {});

  /// The scheduler that is running. Requires: called in one of its fibers.
  static Scheduler& current();

  // ---- for the primitives (sync.h) ----

  /// The end of the current step and, once chosen, the beginning of the next one.
  void yield();
  void touch(ObjectId object, bool writes) {
    accesses_.push_back({object, writes ? Access::Kind::write : Access::Kind::read});
  }
  ObjectId new_object() { return objects_++; }

  ThreadId start(std::function<void()> body);
  void join(ThreadId thread);

  /// Waits until notified. False: the deadline passed first. `queue` names the condition variable.
  bool wait(ObjectId queue, TimePoint deadline);
  /// The running thread is about to wait in `queue`, because of what `mutex` guards. If its step
  /// did nothing but look at that, and no other thread waits there, the step becomes an Access of
  /// kind `look`.
  void looked_in_vain(ObjectId mutex, ObjectId queue);
  void notify(ObjectId queue, bool all);

  TimePoint now();
  /// Lets virtual time pass.
  void sleep(Duration duration) { wait(new_object(), deadline_after(now(), duration)); }
  std::size_t pick(std::size_t count);
  /// Does a fault strike here? It may, at every place that asks, as long as there are faults left.
  bool strikes();
  /// Called where strikes are counted: if their number is limited, it matters which comes first.
  void count_strike() { touch(kFaults, true); }

  /// Is the execution being torn down? Then every operation throws Unwind, or does nothing if an
  /// exception is already being thrown.
  bool unwinding() const { return unwinding_; }

  /// How many mutexes the running thread has locked. Between two steps no mutex is locked, so one
  /// counter is enough for all threads.
  std::size_t& held() { return held_; }

  std::size_t steps() const { return steps_; }

 private:
  struct Thread {
    enum class State : std::uint8_t { ready, waiting, joining, ended };

    explicit Thread(std::function<void()> life) : fiber(std::move(life)) {}

    Fiber fiber;
    State state = State::ready;
    bool notified = false;
    bool timed_out = false;
    ObjectId queue = 0;
    ThreadId joins = 0;
    TimePoint deadline = TimePoint::max();
    // What a real thread would keep in `thread_local` variables; saved while another one runs.
    std::optional<WorkerId> worker_id{};
    void* worker = nullptr;
  };

  bool program_ended() const { return threads_.front()->state == Thread::State::ended; }
  void gather_options();
  void gather_idle_timeouts();
  std::vector<ThreadId> waiters(ObjectId queue) const;
  void resume(Thread& thread);
  void live(const std::function<void()>& body);
  void unwind_all();

  static constexpr ObjectId kClock = 0;
  static constexpr ObjectId kBudgets = 1;
  static constexpr ObjectId kFaults = 2;

  Options options_;
  Strategy& strategy_;
  std::vector<std::unique_ptr<Thread>> threads_;  // by pointer, because fibers cannot move
  std::vector<Transition> choices_;
  std::vector<Access> accesses_;
  ThreadId running_ = 0;
  ThreadId last_ = 0;
  ObjectId objects_ = 3;
  TimePoint now_{};
  std::size_t early_left_ = 0;
  std::size_t spurious_left_ = 0;
  std::size_t faults_left_ = 0;
  std::size_t steps_ = 0;
  std::size_t held_ = 0;
  bool unwinding_ = false;
  std::exception_ptr thrown_;
};

/// Thrown through a fiber that will not go on, so that its destructors run.
struct Unwind {};

}  // namespace workbench::simulated
