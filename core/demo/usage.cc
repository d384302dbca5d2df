#include "core/demo/usage.h"

#include <algorithm>
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

std::string on_one_line(std::string text) {
  const auto is_control = [](unsigned char byte) { return byte < 0x20 || byte == 0x7f; };
  std::replace_if(text.begin(), text.end(), is_control, '?');
  return text;
}

}  // namespace workbench::demo
