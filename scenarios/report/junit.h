/// @file
/// Writes the outcomes as JUnit XML, for tools that do not read those of CTest.
#pragma once

#include <ostream>
#include <vector>

#include "scenarios/run/judgement.h"

namespace workbench::scenarios {

/// One test case for each run of which something was expected. It has the same name in CTest.
void write_junit(std::ostream& out, const std::vector<JudgedRun>& runs);

}  // namespace workbench::scenarios
