/// @file
/// Texts that stand in drawings of Graphviz: harmless, whatever they hold, and not too wide.
#pragma once

#include <string>
#include <string_view>

namespace workbench::scenarios {

/// As the value of `label` between quotes: nothing in it ends the quotes, means a command to
/// Graphviz, or is an element of HTML or SVG. It is one line.
std::string dot_label(std::string_view text);

/// How wide a text is at most, in points, in letters of that size. No font was asked: each kind of
/// letter is as wide as the widest of its kind in a wide font (DejaVu Sans).
double width_of(std::string_view text, double size);

/// The beginning of a text that is not wider, with `…` if it is not all of it.
std::string fitting_label(std::string_view text, double width, double size);

}  // namespace workbench::scenarios
