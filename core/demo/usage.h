/// @file
/// Wrong input, reported in one line.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace workbench::demo {

/// Wrong input; the message is the one line that the user gets.
struct InputError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The number that `text` spells in decimal. Empty if `text` is anything else, or the number does
/// not lie between `min` and `max`, both included.
std::optional<int> whole_number(std::string_view text, int min, int max);

}  // namespace workbench::demo
