/// @file
/// Runs every subject through scenarios, side by side.
#pragma once

#include <vector>

#include "scenarios/palette.h"
#include "scenarios/scenario.h"

namespace workbench::scenarios {

/// Prints a table of what was seen: one line for each scenario and runtime, one column for each
/// subject. Each run is a process of its own. It is ended as soon as it is seen to hang (see
/// is_blocked), at the latest at the scenario's deadline. Returns the exit code.
int compare(const std::vector<Scenario>& scenarios, ColorMode color);

}  // namespace workbench::scenarios
