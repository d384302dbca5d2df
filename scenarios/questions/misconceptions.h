/// @file
/// What students believe, from docs/teaching/misconceptions.toml, which is compiled in.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace workbench::scenarios {

struct Misconception {
  std::string id;
  std::string belief;   ///< in the words of a student
  std::string truth;    ///< what is so
  std::string chapter;  ///< the page of the course that shows it
};

/// All of them, in the order of the file.
const std::vector<Misconception>& misconceptions();

/// Requires: there is one.
const Misconception& misconception(std::string_view id);

/// The text of the file.
extern const std::string_view kMisconceptionsFile;

}  // namespace workbench::scenarios
