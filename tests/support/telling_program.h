/// @file
/// Programs for the explorer that leave a word about their ends.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <functional>
#include <set>
#include <string>
#include <utility>

#include "core/simulated/explorer.h"

namespace workbench::testing {

/// Its outcome is what `tell` returns, or how it failed to return.
struct TellingProgram : simulated::Program {
  explicit TellingProgram(std::function<std::string()> tell) {
    run = [this, tell = std::move(tell)] {
      said_ = "nothing";
      said_ = tell();
    };
    outcome = [this](simulated::Ending ending) {
      switch (ending) {
        case simulated::Ending::finished:
          return said_;
        case simulated::Ending::deadlock:
          return std::string("hang");
        case simulated::Ending::too_long:
          return std::string("too long");
        case simulated::Ending::stopped:
          break;
      }
      return std::string("stopped");
    };
  }
  TellingProgram(const TellingProgram&) = delete;

 private:
  std::string said_;
};

/// Names only.
inline std::set<std::string> outcomes_of(const simulated::Exploration& found) {
  std::set<std::string> names;
  for (const auto& [name, outcome] : found.outcomes) names.insert(name);
  return names;
}

/// Are larger sizes wanted, too?
inline bool asked_for_all() { return std::getenv("WORKBENCH_ALL_SCHEDULES") != nullptr; }

}  // namespace workbench::testing
