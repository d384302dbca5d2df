#include "scenarios/report/timeline/svg.h"

#include <fmt/format.h>

#include <cmath>
#include <cstddef>

#include "core/one_line.h"
#include "scenarios/report/page/html.h"

namespace workbench::scenarios::svg {

std::string number(double value) {
  const double rounded = std::round(value * 10) / 10;
  return fmt::format("{:g}", rounded == 0 ? 0 : rounded);
}

std::string text(double x, double y, std::string_view style, std::string_view text,
                 std::string_view anchor) {
  return fmt::format("<text x=\"{}\" y=\"{}\" class=\"{}\" text-anchor=\"{}\">{}</text>\n",
                     number(x), number(y), style, anchor, escaped(text));
}

std::string line(double x1, double y1, double x2, double y2, std::string_view style) {
  return fmt::format("<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" class=\"{}\"/>\n", number(x1),
                     number(y1), number(x2), number(y2), style);
}

std::string fitting(const std::string& text, double width) {
  constexpr double kLetter = 6.2;  // pixels
  constexpr double kLeast = 6;     // letters
  const double letters = width / kLetter;
  if (static_cast<double>(text.size()) <= letters) return text;
  return letters < kLeast ? "" : shortened(text, static_cast<std::size_t>(letters) - 3);
}

std::string safe(std::string_view text) { return on_one_line(std::string(text)); }

}  // namespace workbench::scenarios::svg
