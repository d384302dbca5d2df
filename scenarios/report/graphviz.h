/// @file
/// Has Graphviz draw.
#pragma once

#include <string>
#include <vector>

namespace workbench::scenarios {

/// One SVG element for each text in the language of Graphviz. Throws std::runtime_error if the
/// program `dot` is missing or fails.
std::vector<std::string> draw(const std::vector<std::string>& graphs);

}  // namespace workbench::scenarios
