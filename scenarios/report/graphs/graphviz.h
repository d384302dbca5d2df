/// @file
/// Lets Graphviz draw.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace workbench::scenarios {

/// Returns an SVG element for each graph, a text in the language of Graphviz, without colours: the
/// page that it stands in gives them (styles.h). Throws std::runtime_error if the program `dot` is
/// missing or fails.
std::vector<std::string> draw(const std::vector<std::string>& graphs);

/// A drawing with a name, for those who do not see it.
std::string named(const std::string& svg, std::string_view name);

}  // namespace workbench::scenarios
