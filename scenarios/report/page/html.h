/// @file
/// What all pages of a report have in common.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace workbench::scenarios {

/// Replaces the special characters, so that the text may stand in HTML, in SVG, or in a label of
/// Graphviz. Bytes that are not UTF-8 are left out, and characters that control something replaced.
std::string escaped(std::string_view text);

/// A whole HTML page that needs no other file, and runs no script. `body` is HTML, `title` is plain
/// text.
std::string page(std::string_view title, std::string_view body);

/// JSON that the page's script finds by its id. Requires: no `<` in it.
struct PageData {
  std::string id;
  std::string json;
};

/// The same with the one script of the reports. The page allows itself nothing else: no other
/// script, no style but its own (no attributes `style` either), and no request to anywhere.
std::string page_with_script(std::string_view title, std::string_view body,
                             const std::vector<PageData>& data);

}  // namespace workbench::scenarios
