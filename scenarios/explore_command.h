/// @file
/// `workbench explore`: a scenario in every schedule.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "core/simulated/explorer.h"
#include "scenarios/names.h"
#include "scenarios/palette.h"
#include "scenarios/scenario.h"
#include "scenarios/subject.h"

namespace workbench::scenarios {

template <>
struct Names<simulated::Search> {
  using enum simulated::Search;
  static constexpr std::array all{std::pair{depth_first, std::string_view("dfs")},
                                  std::pair{sleep_sets, std::string_view("sleep-sets")},
                                  std::pair{dpor, std::string_view("dpor")}};
};

struct ExploreCommand {
  simulated::ExploreOptions how{};
  std::size_t random = 0;  ///< so many random schedules instead of all
  std::uint64_t seed = 1;
  bool json = false;
  ColorMode color = ColorMode::automatic;
};

/// Prints the outcomes with how many schedules lead to each, and for each that is not as expected a
/// schedule that `run --runtime simulated --schedule S` replays, and its explanation. Returns the
/// exit code. Throws CannotSimulate. SIGINT ends the search, not the program: it prints what was
/// found so far, and then ends by the signal.
int explore(const Scenario& scenario, const Subject& subject, const ExploreCommand& options);

}  // namespace workbench::scenarios
