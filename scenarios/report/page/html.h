/// @file
/// What all pages of a report have in common.
#pragma once

#include <string>
#include <string_view>

namespace workbench::scenarios {

/// Replaces the special characters, so that the text may stand in HTML, in SVG, or in a label of
/// Graphviz. Bytes that are not UTF-8 are left out.
std::string escaped(std::string_view text);

/// A whole HTML page that needs no other file. `body` is HTML, `title` is plain text.
std::string page(std::string_view title, std::string_view body);

}  // namespace workbench::scenarios
