/// @file
/// An answer in every schedule. The search runs the answer's code in its own process, so it is made
/// in a child without rights, which tells the end of it as text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "scenarios/grade/exercise.h"

namespace workbench::scenarios {

/// What came of a search.
struct SearchedSchedules {
  std::size_t schedules = 0;
  bool complete = false;
  bool holds = false;                ///< in each schedule came what is expected
  std::string outcome{};             ///< if not: what came, and in how many of them
  std::vector<std::string> lines{};  ///< and why: the explanation, the choice, the schedule
  std::uint64_t seal = 0;

  /// Saves and loads (cereal).
  template <class Archive>
  void serialize(Archive& archive) {
    archive(schedules, complete, holds, outcome, lines, seal);
  }
};

/// Searches, and stops at the first schedule that is not as the claim expects; or after a limit of
/// time, of which `lines` then tell. Requires: the calling process has no other threads and no
/// other children.
SearchedSchedules search_schedules(const std::filesystem::path& library, AnswerForm form,
                                   const Claim& claim);

}  // namespace workbench::scenarios
