/// @file
/// What can be told of a run, event by event.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace workbench::trace {

enum class Kind : std::uint8_t {
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

/// Who does it: a worker's number from 0, or one of these.
inline constexpr std::int32_t kCaller = -1;
inline constexpr std::int32_t kWatchdog = -2;

/// `caller`, `worker-0`: the name in JSON and in explanations.
inline std::string actor_name(std::int32_t actor) {
  if (actor == kCaller) return "caller";
  return actor == kWatchdog ? "watchdog" : "worker-" + std::to_string(actor);
}

/// No queue, no task.
inline constexpr std::int32_t kNone = -1;

/// Plain data of fixed size: it lies in memory that outlives the process that wrote it.
struct Event {
  std::uint64_t seq;    ///< its place in the order of events
  std::int64_t t_ns;    ///< since the recorder was made
  std::int64_t task;    ///< kNone: none
  std::uint64_t depth;  ///< what the queue held just after it, as far as the actor could see
  std::int32_t actor;
  std::int32_t queue;  ///< its number on the board
  Kind kind;
  std::array<char, 55> detail;  ///< ends with a zero

  std::string_view text() const { return detail.data(); }
};

}  // namespace workbench::trace
