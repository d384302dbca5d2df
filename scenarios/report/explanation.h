/// @file
/// Tells a person what became of a run, the first cause first.
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
  /// One statement about somebody or something.
  struct Line {
    std::string about{};  ///< `caller`, `ledger`; empty: more about the same
    std::string text{};
  };

  std::string headline{};
  std::vector<Line> lines{};
};

/// Slow the first time if the record holds a stack: it is resolved.
Explanation explain(const RunRecord& record, Frames frames = Frames::of_the_user);

/// The explanation as lines for a terminal, and below it what is not as expected.
std::string text_of(const JudgedRun& run, const Palette& palette, Frames frames);

}  // namespace workbench::scenarios
