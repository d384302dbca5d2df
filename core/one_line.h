/// @file
/// Text that comes from outside, made safe to print.
#pragma once

#include <algorithm>
#include <string>

namespace workbench {

/// `text` with a `?` in place of each control character. So it stays on one line, and cannot send
/// commands to the terminal.
inline std::string on_one_line(std::string text) {
  const auto is_control = [](unsigned char byte) { return byte < 0x20 || byte == 0x7f; };
  std::replace_if(text.begin(), text.end(), is_control, '?');
  return text;
}

}  // namespace workbench
