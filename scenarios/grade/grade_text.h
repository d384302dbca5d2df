/// @file
/// A grade for whoever reads it: a person, a CI server, Gradescope.
///
/// Thread safety: free functions without state.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <ostream>
#include <string>

#include "scenarios/grade/grading.h"
#include "scenarios/report/color.h"

namespace workbench::scenarios {

std::string text_of(const Exercise& exercise, const Grade& grade, const Palette& palette);

/// What `workbench grade --format json` prints.
nlohmann::ordered_json to_json(const Exercise& exercise, const Grade& grade);

/// The `results.json` of Gradescope's autograders (gradescope-autograders.readthedocs.io).
nlohmann::ordered_json to_gradescope(const Exercise& exercise, const Grade& grade);

/// A suite with a test for each claim.
void write_junit(std::ostream& out, const Exercise& exercise, const Grade& grade);

}  // namespace workbench::scenarios
