/// @file
/// Text that comes from outside, made safe to print.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>

namespace workbench {

/// `text` with a `?` in place of each control character. So it stays on one line, and cannot send
/// commands to the terminal.
inline std::string on_one_line(std::string text) {
  const auto is_control = [](unsigned char byte) { return byte < 0x20 || byte == 0x7f; };
  std::replace_if(text.begin(), text.end(), is_control, '?');
  return text;
}

/// The beginning of `text`, in at most so many bytes and `...`. No character of UTF-8 is cut in
/// two.
inline std::string shortened(const std::string& text, std::size_t most_bytes) {
  if (text.size() <= most_bytes) return text;
  const auto continues = [](unsigned char byte) { return (byte & 0xC0U) == 0x80U; };
  while (most_bytes > 0 && continues(static_cast<unsigned char>(text[most_bytes]))) --most_bytes;
  return text.substr(0, most_bytes) + "...";
}

}  // namespace workbench
