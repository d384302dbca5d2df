/// @file
/// The part of a report about every schedule: what was explored, how the schedules end, and where a
/// failing one and the nearest good one part.
#pragma once

#include <string>
#include <vector>

#include "scenarios/model/scenario.h"
#include "scenarios/run/explore/exploration.h"

namespace workbench::scenarios {

/// A scenario that was explored.
struct ExploredRuns {
  RunSpec spec;
  ExploredScenario explored;
};

/// HTML: a table of them, and for each outcome with a turning point both runs above each other,
/// with the place where they part marked in both. The same explorations give the same bytes.
std::string explore_section(const std::vector<ExploredRuns>& all);

/// The same of some small scenarios, explored now, which takes about a second. `scenarios` is where
/// they are looked for; empty if none of them is there.
std::string explore_section(const std::vector<Scenario>& scenarios);

}  // namespace workbench::scenarios
