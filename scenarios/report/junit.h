/// @file
/// Writes the outcomes as JUnit XML, for tools that do not read those of CTest.
#pragma once

#include <ostream>
#include <vector>

#include "scenarios/run/judgement.h"

namespace workbench::scenarios {

/// One test case for each run. It has the same name in CTest. It has failed if the run is not as
/// expected, or its verdict is one of `fail_on`. Where nothing is expected, or nothing was done to
/// the pool, it was skipped.
void write_junit(std::ostream& out, const std::vector<JudgedRun>& runs,
                 const std::vector<Verdict>& fail_on = {});

}  // namespace workbench::scenarios
