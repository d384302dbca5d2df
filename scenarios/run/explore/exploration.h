/// @file
/// Runs a scenario in every schedule, and says what comes of it: the search behind `workbench
/// explore`.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/simulated/explorer.h"
#include "scenarios/model/enum_names.h"
#include "scenarios/run/explore/turning_point.h"
#include "scenarios/run/judgement.h"

namespace workbench::scenarios {

template <>
struct Names<simulated::Search> {
  using enum simulated::Search;
  static constexpr std::array all{std::pair{depth_first, std::string_view("dfs")},
                                  std::pair{sleep_sets, std::string_view("sleep-sets")},
                                  std::pair{dpor, std::string_view("dpor")}};
};

/// What is searched, and how.
struct SearchRequest {
  simulated::ExploreOptions how{};
  std::size_t random = 0;  ///< if not 0: this many random schedules instead of all
  std::uint64_t seed = 1;  ///< of the random schedules
};

/// An outcome, and a run that leads to it; `run.spec.schedule` is the schedule of that run.
struct ExploredOutcome {
  std::string outcome;    ///< in the words of `describe` (run_record.h)
  std::size_t count = 0;  ///< how many schedules lead to it
  JudgedRun run;
  std::optional<TurningPoint> turning_point{};  ///< if it is not as expected, and one is found
};

struct ExploredScenario {
  simulated::Exploration exploration{};
  std::vector<ExploredOutcome> outcomes{};
  double elapsed_ms = 0;  ///< how long the search took
};

/// Searches the schedules of this run, and makes one run for each outcome. If an outcome is not
/// marked as expected, its schedule is shortened first. If the scenario expects nothing of the run,
/// a broken promise (`WhereOpen::promises_count`) is `different`. `go_on` is called after each
/// schedule; false ends the search. Requires: `spec` is a simulated run. Throws CannotSimulate.
ExploredScenario explore_scenario(const RunSpec& spec, const SearchRequest& request,
                                  const std::function<bool(const simulated::Exploration&)>& go_on);

}  // namespace workbench::scenarios
