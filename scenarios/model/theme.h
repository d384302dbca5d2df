/// @file
/// What a scenario teaches, as far as its faults and its sizes say it.
#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "scenarios/model/enum_names.h"
#include "scenarios/model/scenario.h"

namespace workbench::scenarios {

/// In the order in which one would tell of them.
enum class Theme {
  sunny_day,        ///< nothing goes wrong
  action_throws,    ///< in the user's code
  workers_die,      ///< or cannot be started, or cannot send what they have
  time_runs_out,    ///< something is slow, or never ends
  queues_fill,      ///< results are large, or there is no room for them
  caller_is_hit,    ///< the caller itself is struck, or runs the pool again
  used_differently  ///< a way to use a pool that goes wrong without a fault
};

template <>
struct Names<Theme> {
  static constexpr std::array all{
      std::pair{Theme::sunny_day, std::string_view("Nothing goes wrong")},
      std::pair{Theme::action_throws, std::string_view("The action throws")},
      std::pair{Theme::workers_die, std::string_view("Workers die")},
      std::pair{Theme::time_runs_out, std::string_view("Time runs out")},
      std::pair{Theme::queues_fill, std::string_view("Queues fill")},
      std::pair{Theme::caller_is_hit, std::string_view("The caller")},
      std::pair{Theme::used_differently, std::string_view("Used in another way")},
  };
};

Theme theme_of(const Scenario& scenario);

}  // namespace workbench::scenarios
