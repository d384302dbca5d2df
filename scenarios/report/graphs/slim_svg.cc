#include "scenarios/report/graphs/slim_svg.h"

#include <array>
#include <cstddef>
#include <regex>
#include <stdexcept>
#include <utility>

namespace workbench::scenarios {

// Texts cannot be mistaken for any of this: in them `<` and `"` are escaped.
std::string slim_svg(const std::string& document) {
  const std::size_t start = document.find("<svg");
  if (start == std::string::npos) throw std::runtime_error("cannot draw: Graphviz wrote nothing");
  static const std::array<std::pair<std::regex, const char*>, 5> replacements{{
      {std::regex("<!--[^>]*-->\n?"), ""},
      {std::regex("<title>[^<]*</title>\n?"), ""},
      {std::regex(" (id|xmlns:xlink|fill|stroke|stroke-width|stroke-dasharray|font-family|"
                  R"(font-size|font-weight|text-anchor)="[^"]*")"),
       ""},
      {std::regex(R"(<g class="graph drawing" transform="scale\(1 1\) rotate\(0\) )"),
       "<g transform=\""},
      {std::regex("<svg "), "<svg class=\"drawing\" "},
  }};
  std::string svg = document.substr(start);
  for (const auto& [what, by] : replacements) svg = std::regex_replace(svg, what, by);
  return svg;
}

}  // namespace workbench::scenarios
