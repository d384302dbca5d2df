/// @file
/// One clock for the whole project. It is monotonic, so that no timeout fires when the wall clock
/// is corrected.
#pragma once

#include <chrono>
#include <ctime>

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

/// A time that is not before now, and at most one tick of the kernel (1 to 10 ms) after it. It
/// costs a fifth of `Clock::now()`, which matters where the time is needed a million times a
/// second.
inline TimePoint coarse_now() {
  const auto duration = [](const timespec& time) {
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
  };
  static const Duration tick = [&] {
    timespec resolution{};
    clock_getres(CLOCK_MONOTONIC_COARSE, &resolution);
    return duration(resolution);
  }();
  timespec last_tick{};
  clock_gettime(CLOCK_MONOTONIC_COARSE, &last_tick);
  return TimePoint(duration(last_tick) + tick);
}

}  // namespace workbench
