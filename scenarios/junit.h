/// @file
/// Outcomes for those who have no CTest: JUnit XML.
#pragma once

#include <string>
#include <vector>

#include "scenarios/crowd.h"

namespace workbench::scenarios {

/// One test case for each run that something was expected of, named as CTest names it. Throws
/// std::runtime_error if the file cannot be written.
void write_junit(const std::string& file, const std::vector<Job>& jobs,
                 const std::vector<RunRecord>& records);

}  // namespace workbench::scenarios
