/// @file
/// Breaks text into lines that fit into a terminal.
#pragma once

#include <cstddef>
#include <sstream>
#include <string>
#include <string_view>

namespace workbench::scenarios {

/// Breaks `text` into lines of at most 78 columns. All lines except the first begin with `indent`
/// blanks; the first is to be printed after something of that width.
inline std::string wrapped(std::string_view text, std::size_t indent = 0) {
  const std::size_t width = 78 - indent;
  const std::string line_break = "\n" + std::string(indent, ' ');
  std::string lines;
  std::size_t column = 0;
  std::istringstream in{std::string(text)};
  for (std::string word; in >> word;) {
    const bool fits = column == 0 || column + 1 + word.size() <= width;
    if (column > 0) lines += fits ? " " : line_break;
    column = fits && column > 0 ? column + 1 + word.size() : word.size();
    lines += word;
  }
  return lines;
}

}  // namespace workbench::scenarios
