/// @file
/// Outcomes for those who have no CTest: JUnit XML.
#pragma once

#include <ostream>
#include <vector>

#include "scenarios/run/judgement.h"

namespace workbench::scenarios {

/// One test case for each run that something was expected of, named as CTest names it.
void write_junit(std::ostream& out, const std::vector<JudgedRun>& runs);

}  // namespace workbench::scenarios
