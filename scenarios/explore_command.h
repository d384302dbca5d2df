/// @file
/// `workbench explore`: a scenario in every schedule.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/simulated/explorer.h"
#include "scenarios/palette.h"
#include "scenarios/scenario.h"
#include "scenarios/subject.h"

namespace workbench::scenarios {

struct ExploreCommand {
  simulated::ExploreOptions how{};
  std::size_t random = 0;  ///< so many random schedules instead of all
  std::uint64_t seed = 1;
  bool json = false;
  ColorMode color = ColorMode::automatic;
};

/// Prints the outcomes with how many schedules lead to each, and for each that is not as expected a
/// schedule that `run --runtime simulated --schedule S` replays, and its explanation. Returns the
/// exit code. Throws CannotSimulate.
int explore(const Scenario& scenario, const Subject& subject, const ExploreCommand& options);

}  // namespace workbench::scenarios
