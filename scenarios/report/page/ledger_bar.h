/// @file
/// What became of the tasks of a run, as a bar: how many are ok, failed, lost, missing.
#pragma once

#include <string>

#include "scenarios/model/run_record.h"

namespace workbench::scenarios {

/// SVG, and below it the same in words. Empty if it is not known, or if there were no tasks.
/// Patterns tell the parts apart where colours do not.
std::string ledger_bar(const RunRecord& record);

}  // namespace workbench::scenarios
