/// @file
/// Runs every subject through scenarios, side by side.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/palette.h"
#include "scenarios/scenario.h"

namespace workbench::scenarios {

struct CompareOptions {
  ColorMode color = ColorMode::automatic;
  std::vector<std::string> subjects{};  ///< only these; empty: all that something is expected of
  std::string junit{};  ///< a file to write the outcome to, as JUnit XML; empty: none
  std::uint64_t seed = 1;
};

/// Prints a matrix of verdicts, one line for each scenario and runtime and one column for each
/// subject, and below it what was not as expected. Returns the exit code. Throws UsageError if
/// there is nothing to run.
int compare(const std::vector<Scenario>& scenarios, const CompareOptions& options);

}  // namespace workbench::scenarios
