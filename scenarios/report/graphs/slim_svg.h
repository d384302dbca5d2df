/// @file
/// Makes the SVG of Graphviz small, and fit to stand in a page: no comments, no titles, no ids, and
/// no colours or fonts, which the page gives by class (styles.h).
#pragma once

#include <string>

namespace workbench::scenarios {

/// The `<svg>` element of a document that Graphviz wrote. Throws std::runtime_error if there is
/// none.
std::string slim_svg(const std::string& document);

}  // namespace workbench::scenarios
