/// @file
/// Judges an answer: builds it, runs it under each claim of its exercise, and gives points.
///
/// Nothing that the answer writes or prints is believed. What counts is what the watchdog has seen:
/// the kernel's evidence, the trace, how the process has ended; and the results that `run` has
/// returned to us, if they fit the trace.
///
/// Thread safety: none.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "scenarios/grade/exercise.h"

namespace workbench::scenarios {

/// What came of one claim.
struct GradedClaim {
  std::string says{};
  int points = 0;
  int earned = 0;
  std::string outcome{};             ///< in one line
  std::vector<std::string> lines{};  ///< why it does not hold: the explanation
  std::string hint{};
  bool is_endless = false;  ///< it has run until its limit

  bool holds() const { return earned == points; }

  /// Saves and loads (cereal).
  template <class Archive>
  void serialize(Archive& archive) {
    archive(says, points, earned, outcome, lines, hint, is_endless);
  }
};

struct Grade {
  std::vector<std::string> problems{};  ///< why it was not run: what the compiler says
  bool no_compiler = false;
  std::vector<GradedClaim> claims{};  ///< all of the exercise; nothing is earned if it was not run
  std::string not_isolated{};         ///< why the answer was not isolated; empty: it was

  int earned() const;
  int points() const;
  bool is_full() const { return earned() == points(); }
};

/// Grades the answer in this file. Throws UsageError if it cannot be read, and std::runtime_error
/// if there is no compiler, or if the grader was ended.
Grade grade(const Exercise& exercise, const std::filesystem::path& file);

}  // namespace workbench::scenarios
