/// @file
/// Elements of SVG, as text.
#pragma once

#include <string>
#include <string_view>

namespace workbench::scenarios::svg {

/// With one digit behind the point at most.
std::string number(double value);

/// `anchor`: which end of the text is at `x`: start, middle or end.
std::string text(double x, double y, std::string_view style, std::string_view text,
                 std::string_view anchor = "start");

std::string line(double x1, double y1, double x2, double y2, std::string_view style);

/// As much of a text as has room in so many pixels; nothing if that is too little to be read.
std::string fitting(const std::string& text, double width);

/// A text from outside, on one line.
std::string safe(std::string_view text);

}  // namespace workbench::scenarios::svg
