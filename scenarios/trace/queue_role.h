/// @file
/// Which of a pool's queues is which. Pools name their queues by the names that are usual for them,
/// and that is all they do for whoever traces them or lets faults strike.
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
