/// @file
/// Which workers are on one task for too long, and when to look at them again.
///
///                begun ── result_timeout ──▶ overdue
///     worker 0   ├─────────────────────────┤
///     worker 1        ├─────────────────────────┤
///                                next look ▲
///
/// No worker has a timer of its own. The caller looks at all of them when the first one may be
/// overdue, and from what it sees it knows when to look again.
///
/// Thread safety: none; only the caller of `run` uses it.
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

  /// No worker can be overdue before then: one that takes a task later also has a later deadline.
  TimePoint next_look() const { return next_look_; }

  /// Ends each worker that is overdue according to `in_flight`, and still on the same task. Tells
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
  // On a busy machine, a worker without a task may still be starting, so it gets at least a second.
  Duration limit(const InFlight& in_flight) const {
    return in_flight.task ? result_timeout_ : std::max(result_timeout_, kStart);
  }

  static constexpr Duration kStart = std::chrono::seconds(1);

  const Duration result_timeout_;
  TimePoint next_look_;
};

}  // namespace workbench::reactor
