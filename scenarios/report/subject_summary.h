/// @file
/// What a user wants to know of each pool first: who hangs, who hides an error, who loses a result,
/// who takes the whole program down?
///
///     subject            runs survives hangs stuck hides loses dies  message kept
///     python-poison-pill   22        6    14     2     0     0    0  -
///
/// Thread safety: free functions without state.
#pragma once

#include <string>
#include <vector>

#include "scenarios/report/color.h"
#include "scenarios/run/judgement.h"

namespace workbench::scenarios {

/// A line for each subject, the worst first. Runs in which nothing was done to the pool do not
/// count.
std::string subject_summary(const std::vector<JudgedRun>& runs, const Palette& palette);

}  // namespace workbench::scenarios
