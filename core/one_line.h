/// @file
/// Text of others, made safe to print.
#pragma once

#include <algorithm>
#include <string>

namespace workbench {

/// `text` with a `?` in the place of each control character: it stays on its line, and tells the
/// terminal nothing.
inline std::string on_one_line(std::string text) {
  const auto is_control = [](unsigned char byte) { return byte < 0x20 || byte == 0x7f; };
  std::replace_if(text.begin(), text.end(), is_control, '?');
  return text;
}

}  // namespace workbench
