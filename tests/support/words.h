/// @file
/// The words of a command.
#pragma once

#include <string>
#include <vector>

namespace workbench::testing {

using Words = std::vector<std::string>;

inline Words operator+(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

}  // namespace workbench::testing
