/// @file
/// "Which worker am I?", answered without passing a number through every call.
#pragma once

#include <optional>

#include "core/task.h"

namespace workbench {

/// The number of the worker that runs on this thread; empty in the caller. Set by the runtimes.
inline std::optional<WorkerId>& this_worker_id() {
  static thread_local std::optional<WorkerId> id;
  return id;
}

}  // namespace workbench
