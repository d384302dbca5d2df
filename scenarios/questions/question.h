/// @file
/// A multiple-choice question on what comes of a small run. Nobody has typed in its answer: the
/// explorer has run every schedule.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/model/enum_names.h"

namespace workbench::scenarios {

enum class QuestionKind {
  verdict,    ///< what comes of it?
  schedules,  ///< in how many of its schedules does it hang?
  ledger,     ///< what is in the ledger?
  waits,      ///< who waits, and where?
  schedule,   ///< which of these schedules ends so?
};

template <>
struct Names<QuestionKind> {
  static constexpr std::array all{
      std::pair{QuestionKind::verdict, std::string_view("verdict")},
      std::pair{QuestionKind::schedules, std::string_view("schedules")},
      std::pair{QuestionKind::ledger, std::string_view("ledger")},
      std::pair{QuestionKind::waits, std::string_view("waits")},
      std::pair{QuestionKind::schedule, std::string_view("schedule")},
  };
};

/// An answer that one can choose.
struct PossibleAnswer {
  std::string text;
  std::string belief{};  ///< of a wrong one: what whoever chooses it believes (misconceptions.h)
};

struct Question {
  QuestionKind kind = QuestionKind::verdict;
  std::string text;
  std::vector<PossibleAnswer> choices;  ///< all different, in random order
  std::size_t right = 0;                ///< which of them is right
  std::string scenario;                 ///< a scenario file
  std::string subject;
  std::string command;  ///< that shows the answer; the scenario is `scenario.toml` in it
};

/// As many different questions as are wanted. The same seed gives the same questions. Throws
/// UsageError if there are not so many.
std::vector<Question> make_questions(std::uint64_t seed, std::size_t count);

}  // namespace workbench::scenarios
