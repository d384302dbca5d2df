/// @file
/// A scenario in every schedule, and what comes of it: the search behind `workbench explore`.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/simulated/explorer.h"
#include "scenarios/model/enum_names.h"
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
  std::size_t random = 0;  ///< so many random schedules instead of all
  std::uint64_t seed = 1;  ///< of those
};

/// What some schedules lead to, and a run in one of them; `run.spec.schedule` is the schedule.
struct ExploredOutcome {
  std::string outcome;    ///< in the words of `describe` (run_record.h)
  std::size_t count = 0;  ///< of schedules
  JudgedRun run;
};

struct ExploredScenario {
  simulated::Exploration exploration{};
  std::vector<ExploredOutcome> outcomes{};
  double elapsed_ms = 0;  ///< of the search
};

/// Searches the schedules of this run, which must be a simulated one, and makes one run for each
/// outcome. The schedule of an outcome that is not as expected is a short one. Where nothing is
/// expected, a broken promise is `different`. `go_on` is asked after each schedule; false ends the
/// search. Throws CannotSimulate.
ExploredScenario explore_scenario(const RunSpec& spec, const SearchRequest& request,
                                  const std::function<bool(const simulated::Exploration&)>& go_on);

}  // namespace workbench::scenarios
