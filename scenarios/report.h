/// @file
/// `workbench report`: everything on one page, for those who were not there.
#pragma once

#include <string>
#include <vector>

#include "scenarios/scenario.h"

namespace workbench::scenarios {

/// Runs the scenarios and writes DIR/index.html, which needs no other file: the matrix of verdicts,
/// the architecture of each pool as a run showed it, the wait-for graph of each hang, and for each
/// run its explanation and the command that repeats it. Prints the path of the page. Returns the
/// exit code. Throws std::runtime_error if Graphviz is missing or the page cannot be written.
int report(const std::vector<Scenario>& scenarios, const std::string& directory);

}  // namespace workbench::scenarios
