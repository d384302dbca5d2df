/// @file
/// Wrong input, told in one line.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace workbench::demo {

/// Wrong input; the message is the one line that the user gets.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The decimal number that all of `text` is, if it lies from `min` to `max`.
std::optional<int> whole_number(std::string_view text, int min, int max);

}  // namespace workbench::demo
