/// @file
/// Lets Graphviz draw.
#pragma once

#include <string>
#include <vector>

namespace workbench::scenarios {

/// Returns an SVG element for each graph, a text in the language of Graphviz. Throws
/// std::runtime_error if the program `dot` is missing or fails.
std::vector<std::string> draw(const std::vector<std::string>& graphs);

}  // namespace workbench::scenarios
