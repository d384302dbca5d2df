/// @file
/// Compares what was seen of a run with what was expected. This is done once for each run; the code
/// that shows, counts or exports runs gets them judged.
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
  aside = '-',      ///< nothing was done to the pool, so nothing is said of it
  different = 'x',  ///< not as expected; or it breaks a promise that needs no expectation
};

struct JudgedRun {
  RunSpec spec;
  RunRecord record;
  std::vector<std::string> differences{};  ///< from what was expected, one line each
  Mark mark = Mark::open;

  bool is_different() const { return mark == Mark::different; }
  bool is_as_expected() const { return expectation() != nullptr && !is_different(); }
  const Expectation* expectation() const { return spec.expectation(); }
};

/// How a run is marked if the scenario expects nothing of it.
enum class WhereOpen {
  anything_goes,   ///< it is marked `open`, whatever came of it
  promises_count,  ///< a hang, a silent loss or a crash is `different`: no pool should do that
};

/// Compares a run with its expectation, and marks it. Some rules hold beyond what the expectation
/// says. A process that is left behind is always a difference, even if nothing is expected. An
/// expected hang must be proved, and must not be a lost wakeup. A run that is expected to end well
/// must account for every task. What the program around an outside pool does wrong is a
/// difference, too.
JudgedRun judge(RunSpec spec, RunRecord record, WhereOpen where_open = WhereOpen::anything_goes);

}  // namespace workbench::scenarios
