/// @file
/// What the verdicts mean, for a reader who meets them for the first time.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace workbench::scenarios {

struct Lesson {
  std::string_view name;     ///< of a verdict, or of a kind of hang
  std::string_view meaning;  ///< what was seen
  std::string_view advice;   ///< what to look for
  std::string_view page;     ///< the page of the course, or of the handbook, that explains it
};

/// All lessons, verdicts first.
const std::vector<Lesson>& lessons();

std::vector<std::string> lesson_names();

}  // namespace workbench::scenarios
