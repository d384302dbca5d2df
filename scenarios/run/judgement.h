/// @file
/// Compares what was seen of a run with what was expected. This is done once for each run; whoever
/// shows, counts or exports runs takes them judged.
#pragma once

#include <string>
#include <vector>

#include "scenarios/model/run_record.h"
#include "scenarios/run/run_spec.h"

namespace workbench::scenarios {

/// How a run is marked where it is shown.
enum class Mark : char {
  as_expected = '+',
  open = '?',       ///< nothing is expected of it
  different = 'x',  ///< not as expected; or it breaks a promise that needs no expectation
};

struct JudgedRun {
  RunSpec spec;
  RunRecord record;
  std::vector<std::string> differences{};  ///< from what was expected, one line each
  Mark mark = Mark::open;

  bool is_different() const { return mark == Mark::different; }
  const Expectation* expectation() const { return spec.expectation(); }
};

/// What is said of a run of which the scenario expects nothing.
enum class WhereOpen {
  anything_goes,   ///< it is marked `open`, whatever came of it
  promises_count,  ///< a hang, a silent loss or a crash is `different`: no pool should do that
};

/// What differs from the expectation. Beyond what that says: a process left behind always differs,
/// also where nothing is expected; a hang must be proved, and must not be a lost wakeup; and a run
/// that ended well must account for every task.
JudgedRun judge(RunSpec spec, RunRecord record, WhereOpen where_open = WhereOpen::anything_goes);

}  // namespace workbench::scenarios
