/// @file
/// Which workers are on one task for too long, and when to look for the next such one.
///
///     begun ────── result_timeout ──────▶ overdue         no worker is watched by a timer of its
///     own:
///       worker 0 ├──────────────────┤                     the caller looks at all of them when the
///       worker 1      ├──────────────────┤                first may be overdue, and then knows
///       when
///                             next look ▲                 to look again
///
/// Thread safety: none; only the caller of `run` has it.
#pragma once

#include <algorithm>
#include <chrono>
#include <vector>

#include "core/runtime.h"
#include "core/time.h"

namespace workbench::reactor {

class Deadlines {
 public:
  /// `result_timeout`: how long one task may run. The run begins now.
  Deadlines(Duration result_timeout, TimePoint now)
      : result_timeout_(result_timeout), next_look_(deadline_after(now, result_timeout)) {}

  /// No worker can be overdue before then: whoever takes a task later has later to be done.
  TimePoint next_look() const { return next_look_; }

  /// Ends each worker that is still on what it was on in `in_flight` and is overdue with it, tells
  /// the ledger, and finds out when to look again.
  template <class Crew, class Ledger>
  void end_overdue(Crew& crew, const std::vector<InFlight>& in_flight, TimePoint now,
                   Ledger& ledger) {
    next_look_ = deadline_after(now, result_timeout_);
    for (const InFlight& each : in_flight) {
      const TimePoint deadline = deadline_after(each.since, limit(each));
      if (deadline > now) {
        next_look_ = std::min(next_look_, deadline);
      } else if (crew.end(each)) {
        ledger.time_out(each, limit(each));
      }
    }
  }

 private:
  // A worker without a task may still be starting, on a busy machine: it is given a second at
  // least.
  Duration limit(const InFlight& in_flight) const {
    return in_flight.task ? result_timeout_ : std::max(result_timeout_, kStart);
  }

  static constexpr Duration kStart = std::chrono::seconds(1);

  const Duration result_timeout_;
  TimePoint next_look_;
};

}  // namespace workbench::reactor
