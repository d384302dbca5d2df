/// @file
/// `workbench run`: one run, watched and explained.
#pragma once

#include <cstdint>
#include <string>

#include "scenarios/palette.h"
#include "scenarios/record.h"
#include "scenarios/scenario.h"
#include "scenarios/subject.h"

namespace workbench::scenarios {

struct RunOptions {
  std::string runtime{};
  std::string schedule{};  ///< of a simulated run
  std::uint64_t seed = 1;
  bool json = false;
  std::string trace{};  ///< a file for the trace, as JSON Lines; empty: none
  ColorMode color = ColorMode::automatic;
};

/// The explanation of a run, and what is not as expected. `expectation` may be null: nothing is.
void print_judged(const RunRecord& record, const Expectation* expectation, const Palette& palette);

/// Prints the explanation, or the record as JSON. Returns the exit code. Throws std::runtime_error
/// if the trace cannot be written.
int run(const Scenario& scenario, const Subject& subject, const RunOptions& options);

}  // namespace workbench::scenarios
