/// @file
/// How long the watchdog waits for a run that does not hang, and does not end either.
///
/// A slow run is not a stuck one: on a busy machine, any run takes a multiple of its time. So the
/// deadline of a scenario does not count from the start, but from the last sign of life: the last
/// event that was traced, or the last line that an outside program has written down. A run that
/// gives such signs without end is given up, too, after `kMostDeadlines` times the deadline.
#pragma once

#include <algorithm>
#include <chrono>

#include "core/time.h"

namespace workbench::scenarios {

inline constexpr int kMostDeadlines = 10;

/// When a run is to be given up that began at `start` and gave the last sign of life at `sign`.
inline TimePoint given_up_at(TimePoint start, TimePoint sign, std::chrono::milliseconds deadline) {
  return std::min(deadline_after(sign, deadline), deadline_after(start, kMostDeadlines * deadline));
}

}  // namespace workbench::scenarios
