/// @file
/// One page with everything that a set of runs showed, for people who were not there.
#pragma once

#include <filesystem>
#include <vector>

#include "scenarios/model/scenario.h"
#include "scenarios/report/traceback.h"
#include "scenarios/run/judgement.h"

namespace workbench::scenarios {

/// Writes DIRECTORY/index.html, which needs no other file: the matrix of verdicts, the architecture
/// of each pool as a run showed it, the wait-for graph of each hang, and for each run its
/// explanation and the command that repeats it. With JavaScript the page also filters, replays the
/// traces of the runs, and lets the reader play the scheduler. Returns the path of the page. Throws
/// std::runtime_error if Graphviz is missing or the page cannot be written. Requires: all `runs`
/// are of `scenarios`.
std::filesystem::path write_html_report(const std::vector<Scenario>& scenarios,
                                        const std::vector<JudgedRun>& runs, Frames frames,
                                        const std::filesystem::path& directory);

}  // namespace workbench::scenarios
