/// @file
/// The matrix of a report, as HTML: a row for each scenario and runtime, in groups by what they
/// teach, a column for each subject that has run.
#pragma once

#include <string>
#include <vector>

#include "scenarios/run/judgement.h"

namespace workbench::scenarios {

/// The name of a run in a page: each cell leads to it.
std::string id_of(const RunRecord& record);

/// `hang: orphaned-wait (proved)`.
std::string verdict_text(const RunRecord& record);

/// The runs must be of these scenarios.
std::string html_matrix(const std::vector<Scenario>& scenarios, const std::vector<JudgedRun>& runs);

}  // namespace workbench::scenarios
