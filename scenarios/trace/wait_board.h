/// @file
/// The wait board: which actors exist, what each is doing right now, and how the others ended.
///
///     actor      state   doing                   task  ended
///     caller     alive   result_queue.pop()      -     -
///     worker 0   ended   -                       3     exception: std::runtime_error "boom"
///     worker 1   ended   -                       -     returned
///
/// The board is in memory that the run shares with the watchdog. Each actor writes its own entry. A
/// worker that was killed cannot write any more, so the end of a worker is written by the thread
/// that is told of it (`note_exit` in traced.h).
///
/// Thread safety: only one thread at a time writes an entry. To be read when nobody writes any more
/// (see recorder.h).
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/decorator.h"
#include "core/exit.h"
#include "core/task.h"
#include "scenarios/trace/event.h"
#include "scenarios/trace/text.h"

namespace workbench::trace {

/// The call that an actor is in, if that call may block.
enum class Operation : std::uint8_t { none, push, pop, timed_pop, join };

/// Plain data of fixed size.
struct Actor {
  enum class State : std::uint8_t { absent, expected, alive, ended, abandoned };

  State state;
  Operation operation;
  Exit::How how;              ///< for `ended`
  bool delivered;             ///< the result of `task` has been pushed
  std::int32_t process;       ///< the process that it lives in
  std::int32_t queue;         ///< the queue of `operation`
  std::int64_t task;          ///< the task that it popped last, or kNone
  std::uint64_t pops;         ///< how many tasks and pills it has popped
  std::int32_t code;          ///< for Exit::How::exit
  std::int32_t signal;        ///< for Exit::How::signal
  Where where;                ///< the place in the source of `operation`
  std::int64_t ended_ns;      ///< for `ended`: when, in nanoseconds since the start of the recorder
  std::array<char, 64> type;  ///< the type of the exception that ended it
  std::array<char, 128> what;
  std::array<std::uintptr_t, 32> stack;  ///< where it was thrown; ends at the first zero
};

struct QueueEntry {
  std::array<char, 32> name;
  std::uint64_t capacity;
  std::atomic<std::uint64_t> pushed;
  std::atomic<std::uint64_t> popped;
};

class Board {
 public:
  static constexpr std::size_t kActors = 2048;  ///< the caller, and workers in order of number
  static constexpr std::size_t kQueues = 32;

  /// The entry of a worker, or of the caller. Workers for which no entry is left share the last
  /// one.
  Actor& actor(std::int32_t id) { return actors_.at(index_of(id)); }
  const Actor& actor(std::int32_t id) const { return actors_.at(index_of(id)); }

  /// How many workers have an entry: the workers 0, 1, … workers() - 1.
  std::int32_t workers() const { return workers_.load(); }

  /// To be called before this worker is started.
  void expect(std::int32_t worker) {
    actor(worker).state = Actor::State::expected;
    actor(worker).task = kNone;
    if (workers_.load() <= worker && index_of(worker) + 1 < kActors) workers_.store(worker + 1);
  }

  /// Puts a queue on the board and returns its number. Queues with the same name share one entry,
  /// because a second run makes its queues anew; queues beyond kQueues share the last entry. Only
  /// the caller may call this: workers make no queues.
  std::int32_t add_queue(std::string_view name, std::uint64_t capacity) {
    const auto known = static_cast<std::int32_t>(queue_count_);
    for (std::int32_t i = 0; i < known; ++i) {
      if (queue(i).name.data() == name) return i;
    }
    if (queue_count_ == kQueues) {
      copy_text("others", queue(known - 1).name);
      return known - 1;
    }
    ++queue_count_;
    copy_text(name, queue(known).name);
    queue(known).capacity = capacity;
    return known;
  }
  QueueEntry& queue(std::int32_t id) { return queues_.at(static_cast<std::size_t>(id)); }
  const QueueEntry& queue(std::int32_t id) const {
    return queues_.at(static_cast<std::size_t>(id));
  }
  std::int32_t queues() const { return static_cast<std::int32_t>(queue_count_); }

  /// A run begins, and this is the place of its first event. Only the caller may call this.
  void begin_run(std::uint64_t first_event) {
    first_event_ = first_event;
    results_.store(0);
  }
  std::uint64_t first_event() const { return first_event_; }

  /// `count_result`: the caller has popped one more result. `results`: how many in this run.
  void count_result() { results_.fetch_add(1); }
  std::uint64_t results() const { return results_.load(); }

  /// Forgets everything. Requires: nobody writes at the same time.
  void reset() {
    for (std::int32_t id = kCaller; id < workers(); ++id) actor(id) = Actor{};
    for (std::int32_t id = 0; id < queues(); ++id) {
      queue(id).pushed.store(0);
      queue(id).popped.store(0);
    }
    workers_.store(0);
    queue_count_ = 0;
    begin_run(0);
  }

 private:
  static std::size_t index_of(std::int32_t id) {
    return std::min(static_cast<std::size_t>(id + 1), kActors - 1);
  }

  std::size_t queue_count_ = 0;
  std::uint64_t first_event_ = 0;  // of the last run
  std::atomic<std::uint64_t> results_{0};
  std::atomic<std::int32_t> workers_{0};
  std::array<QueueEntry, kQueues> queues_;
  std::array<Actor, kActors> actors_;  // not initialised: fresh shared memory is zero
};

}  // namespace workbench::trace
