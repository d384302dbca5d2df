/// @file
/// Text in memory of fixed size.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace workbench::trace {

/// Copies as much of `text` as fits, and ends it with a zero.
template <std::size_t N>
void copy_text(std::string_view text, std::array<char, N>& to) {
  const std::size_t size = std::min(text.size(), N - 1);
  std::copy_n(text.data(), size, to.data());
  to[size] = '\0';
}

}  // namespace workbench::trace
