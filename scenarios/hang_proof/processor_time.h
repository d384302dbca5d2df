/// @file
/// What looking costs, on a machine that is busy with other things, too.
#pragma once

#include <chrono>
#include <ctime>

#include "core/time.h"

namespace workbench::hang_proof {

/// The processor time that this process has used. If others run beside it, a look takes longer, and
/// costs no more.
inline Duration processor_time() {
  timespec used{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

}  // namespace workbench::hang_proof
