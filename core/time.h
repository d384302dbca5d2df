/// @file
/// One clock for the whole project: monotonic, so that a corrected wall clock never fires a
/// timeout.
#pragma once

#include <chrono>

namespace workbench {

using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;
using Duration = Clock::duration;

/// "No limit": a wait for this long is an untimed wait.
inline constexpr Duration kForever = Duration::max();

/// `now + timeout`, but `TimePoint::max()` where the sum would overflow.
constexpr TimePoint deadline_after(TimePoint now, Duration timeout) {
  return timeout >= TimePoint::max() - now ? TimePoint::max() : now + timeout;
}

}  // namespace workbench
