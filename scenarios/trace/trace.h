/// @file
/// The shared memory of a traced run: what happened (the recorder), how things stand now (the wait
/// board), and what was done to it (the strikes).
#pragma once

#include <unistd.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <optional>
#include <string_view>

#include "core/posix/shared_memory.h"
#include "core/this_worker.h"
#include "scenarios/trace/event.h"
#include "scenarios/trace/recorder.h"
#include "scenarios/trace/wait_board.h"

namespace workbench::trace {

/// How often each fault of a scenario has struck, by the number of the fault.
using Strikes = std::array<std::atomic<std::size_t>, 32>;

struct Trace {
  Recorder recorder;
  Board board;
  Strikes strikes{};
  std::atomic<pid_t> caller{0};  ///< the thread that makes the run; 0: not known

  /// The actor that runs on this thread.
  std::int32_t current_actor() const {
    if (this_worker_id()) return *this_worker_id();
    const pid_t known = caller.load();
    return known == 0 || known == gettid() ? kCaller : kForeign;
  }

  /// An event of the current actor. It has no place in the order of events yet.
  Event event(EventKind kind, std::int32_t queue = kNone, std::int64_t task = kNone,
              std::string_view detail = {}, Where where = {}) const {
    Event event{.seq = 0,
                .t_ns = 0,
                .task = task,
                .depth = 0,
                .actor = current_actor(),
                .queue = queue,
                .where = where,
                .kind = kind,
                .detail = {}};
    copy_text(detail, event.detail);
    return event;
  }

  void record(EventKind kind, std::int32_t queue = kNone, std::int64_t task = kNone,
              std::string_view detail = {}, Where where = {}) {
    recorder.record(event(kind, queue, task, detail, where));
  }

  Actor& current() { return board.actor(current_actor()); }

  /// To be called when a run begins: the same pool may run several times.
  void begin_run() { board.begin_run(recorder.next()); }

  /// Notes on the board that the current actor is alive, and that it lives in this process.
  void enter() {
    Actor& actor = current();
    if (current_actor() == kCaller) actor.task = kNone;
    actor.process = getpid();
    actor.state = Actor::State::alive;
  }
};

/// A trace must be made before the process of the run is forked: then both processes share it.
using SharedTrace = posix::Shared<Trace>;
inline SharedTrace make_trace() { return posix::make_shared_memory<Trace>(); }

/// As long as this object lives, the wait board shows what the current actor is doing.
class Doing {
 public:
  Doing(Trace& trace, Operation operation, std::int32_t queue, Where where)
      : actor_(trace.current()) {
    actor_.queue = queue;
    actor_.where = where;
    actor_.operation = operation;
  }
  Doing(const Doing&) = delete;
  ~Doing() { actor_.operation = Operation::none; }

 private:
  Actor& actor_;
};

}  // namespace workbench::trace
