/// @file
/// How drawings look: shapes, lines and words say all that the colours say, so that they can be
/// read in black and white.
#pragma once

#include <string>
#include <string_view>

namespace workbench::scenarios {

/// How a graph begins in the language of Graphviz. `layout`: attributes of the graph.
std::string graph_head(std::string_view layout);

/// The attributes of a node or an edge, as of one that stands alone. `style` is one of those in
/// styles.cc, and becomes its class.
std::string attributes_of(std::string_view style);

/// The same for a page, by classes, light and dark: the style sheet for the drawings that `draw`
/// (graphviz.h) returns.
std::string_view drawing_css();

}  // namespace workbench::scenarios
