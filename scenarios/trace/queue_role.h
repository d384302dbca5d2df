/// @file
/// What each queue of a pool is for. The tracer, the fault injector and the diagnosis tell the
/// queues apart by their names. So a pool has to do only one thing for them: give its queues the
/// usual names.
#pragma once

#include <cstdint>
#include <string_view>

namespace workbench::trace {

enum class QueueRole : std::uint8_t {
  input,   ///< `input_queue`: the caller pushes tasks and pills, workers pop them
  result,  ///< `result_queue`: workers push, the caller pops
  error,   ///< `error_queue`: workers push, the caller pops
  stop,    ///< `stop_queue`: anybody pushes, workers pop
  other,   ///< any other name: anybody may push and pop
};

constexpr QueueRole role_of(std::string_view name) {
  if (name == "input_queue") return QueueRole::input;
  if (name == "result_queue") return QueueRole::result;
  if (name == "error_queue") return QueueRole::error;
  if (name == "stop_queue") return QueueRole::stop;
  return QueueRole::other;
}

}  // namespace workbench::trace
