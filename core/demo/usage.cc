#include "core/demo/usage.h"

#include <charconv>
#include <system_error>

namespace workbench::demo {

std::optional<int> whole_number(std::string_view text, int min, int max) {
  int number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || rest != end || number < min || number > max) return std::nullopt;
  return number;
}

}  // namespace workbench::demo
