/// @file
/// Explains to a person what became of a run, and points out the first cause.
///
///     HANG, proved 8 ms after everything stopped: orphaned wait
///       caller    waits in result_queue.pop()              naive/pool.h:59
///                 can be filled only by worker-0 (dead), worker-1 (dead)
///       worker-0  died before its 1st pop: std::runtime_error "boom"    <- first cause
///       worker-1  died before its 1st pop: std::runtime_error "boom"
///       ledger    5 submitted, 0 results in hand, 5 missing
///       why       no live producer is left. `workbench explain orphaned-wait`
#pragma once

#include <string>
#include <vector>

#include "scenarios/model/run_record.h"
#include "scenarios/report/color.h"
#include "scenarios/report/traceback.h"
#include "scenarios/run/judgement.h"

namespace workbench::scenarios {

struct Explanation {
  /// One statement.
  struct Line {
    std::string about{};  ///< `caller`, `ledger`, …; empty: the same as before
    std::string text{};
  };

  std::string headline{};
  std::vector<Line> lines{};
};

/// Slow the first time if the record holds a stack, because its addresses are then turned into
/// names.
Explanation explain(const RunRecord& record, Frames frames = Frames::of_the_user);

/// The explanation as lines for a terminal. Below them stands what is not as expected.
std::string text_of(const JudgedRun& run, const Palette& palette, Frames frames);

}  // namespace workbench::scenarios
