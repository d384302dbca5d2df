/// @file
/// The runtimes that a scenario can run on, by name.
#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "scenarios/model/enum_names.h"

namespace workbench::scenarios {

enum class RuntimeKind {
  threads,
  processes,
  simulated,  ///< simulated threads: for `explore`, and for `run` with a schedule
};

template <>
struct Names<RuntimeKind> {
  static constexpr std::array all{
      std::pair{RuntimeKind::threads, std::string_view("threads")},
      std::pair{RuntimeKind::processes, std::string_view("processes")},
      std::pair{RuntimeKind::simulated, std::string_view("simulated")},
  };
};

/// The runtimes that `compare` uses.
inline constexpr std::array kRealRuntimes{RuntimeKind::threads, RuntimeKind::processes};

}  // namespace workbench::scenarios
