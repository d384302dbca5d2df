/// @file
/// The part of a page that shows the pools as their runs showed them, two beside each other, and
/// what they are made of: the layers of the sources.
#pragma once

#include <string>
#include <vector>

#include "scenarios/run/judgement.h"

namespace workbench::scenarios {

/// For each subject a run that shows its queues: that of `one-task-throws`, or else any. HTML; the
/// drawings take their colours from the style sheet of page(). Throws std::runtime_error if
/// Graphviz is missing.
std::string html_architectures(const std::vector<JudgedRun>& runs);

}  // namespace workbench::scenarios
