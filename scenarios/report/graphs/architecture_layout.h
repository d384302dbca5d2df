/// @file
/// Where things stand in the drawing of an architecture (architecture.h). All in points.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "scenarios/model/run_record.h"
#include "scenarios/report/graphs/pinned_graph.h"
#include "scenarios/report/graphs/worker_words.h"
#include "scenarios/trace/queue_role.h"

namespace workbench::scenarios::architecture_layout {

// Narrow enough for two beside each other in a page.
inline constexpr double kWidth = 500;
inline constexpr double kMargin = 14;

// On top the caller. If the pool is a reactor, the upper part is the caller, the lower the reactor.
inline constexpr PinArea kCaller{kMargin, 20, kWidth - 2 * kMargin, 104};
inline constexpr PinArea kUser{kMargin, 20, kWidth - 2 * kMargin, 30};
inline constexpr PinArea kReactor{kMargin, 92, kWidth - 2 * kMargin, 32};

// A queue at each side, and the two more queues between them.
inline constexpr double kTubeTop = 196;
inline constexpr double kTube = 46;        // the width of those at the sides
inline constexpr double kLeastTube = 190;  // their height
inline constexpr double kInputSide = kMargin + kTube;
inline constexpr double kResultSide = kWidth - kMargin - kTube;
inline constexpr PinArea kStopTube{145, kTubeTop, 100, 42};
inline constexpr PinArea kErrorTube{255, kTubeTop, 100, 42};
inline constexpr double kFork = 254;  // where the lines to and from those two meet

// Below them the workers, each in a row.
inline constexpr double kRows = 268;
inline constexpr double kRow = 56;
inline constexpr std::size_t kMostRows = 16;  // with more, nobody could read the drawing
inline constexpr PinArea kWorker{175, 0, 150, 48};
inline constexpr PinArea kName{0, 0, 66, 20};  // of a worker, in its upper left corner
inline constexpr double kSideLine = 12;  // from a worker to the lines from and to those two queues

// Between a worker and a queue at a side stand words; below each other, if they are several.
inline constexpr double kRoom = kWorker.x - kSideLine - kInputSide - 6;
inline constexpr double kLine = 11;

inline double middle_of(std::size_t row) {
  return kRows + kRow * static_cast<double>(row) + kRow / 2;
}
inline double end_of_tubes(std::size_t rows) {
  return std::max(kTubeTop + kLeastTube, kRows + kRow * static_cast<double>(rows));
}

/// The name of its node.
inline std::string node_of(trace::QueueRole role) {
  switch (role) {
    case trace::QueueRole::input:
      return "input_queue";
    case trace::QueueRole::result:
      return "result_queue";
    case trace::QueueRole::error:
      return "error_queue";
    default:
      return "stop_queue";
  }
}

/// Of an arrow that leads to it, or from it.
inline std::string_view style_of(trace::QueueRole role) {
  return role == trace::QueueRole::error || role == trace::QueueRole::stop ? "signal" : "flow";
}

/// Does the actor wait for this queue?
inline bool waits_for(const RunRecord& record, std::int32_t actor, trace::QueueRole role) {
  const Wait* wait = wait_of(record, actor);
  return wait != nullptr && trace::role_of(wait->queue) == role;
}

}  // namespace workbench::scenarios::architecture_layout
