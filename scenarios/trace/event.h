/// @file
/// The events of a run: what a trace records.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/decorator.h"

namespace workbench::trace {

enum class EventKind : std::uint8_t {
  start,    ///< a worker begins
  push,     ///< an item went into a queue
  pop,      ///< an item came out of it
  block,    ///< the actor is about to wait for an item, or for room
  wake,     ///< that wait is over
  action,   ///< the action begins on a task
  done,     ///< the action has returned
  raise,    ///< the action has thrown (`throw` where it is printed)
  pill,     ///< a worker popped the pill
  stop,     ///< a worker popped a stop token
  exit,     ///< a worker has ended
  join,     ///< the caller waits for the workers to end
  verdict,  ///< what the watchdog concludes
};

/// An actor is a worker's number, from 0, or one of these.
inline constexpr std::int32_t kCaller = -1;
inline constexpr std::int32_t kWatchdog = -2;
inline constexpr std::int32_t kForeign = -3;  ///< a thread of a pool that is not on our runtimes

/// `caller`, `worker-0`, `thread`: the name in JSON and in explanations.
inline std::string actor_name(std::int32_t actor) {
  if (actor == kCaller) return "caller";
  if (actor == kForeign) return "thread";
  return actor == kWatchdog ? "watchdog" : "worker-" + std::to_string(actor);
}

/// The event is about no queue, or about no task.
inline constexpr std::int32_t kNone = -1;

/// Plain data of fixed size, because events are kept in shared memory, which outlives the process
/// that wrote them.
struct Event {
  std::uint64_t seq;    ///< its place in the order of events
  std::int64_t t_ns;    ///< nanoseconds since the start of the recorder
  std::int64_t task;    ///< kNone: none
  std::uint64_t depth;  ///< the size of the queue just after, as far as the actor could see
  std::int32_t actor;
  std::int32_t queue;  ///< its number on the wait board, or kNone
  Where where;         ///< the place in the source of a queue's verb or a join; no file: none
  EventKind kind;
  std::array<char, 55> detail;  ///< ends with a zero

  std::string_view text() const { return detail.data(); }
};

}  // namespace workbench::trace
