/// @file
/// Texts that a page carries in itself: they are compiled in, so that the program needs no files at
/// run time (embed_texts.cmake).
#pragma once

#include <map>
#include <string_view>

namespace workbench::scenarios {

/// A text, and its SHA-256 in hexadecimal digits: a page names what it allows to run by that.
struct HashedText {
  std::string_view text;
  std::string_view sha256;
};

/// scenarios/report/page/report.css
HashedText page_style();
/// scenarios/report/timeline/timeline.css
HashedText timeline_style();
/// scenarios/report/graphs/drawing.css
HashedText drawing_style();
/// scenarios/report/web/report.js
HashedText page_script();

/// `naive/pool.h` → its text: the sources of the pools, in which a replay shows where an actor is.
const std::map<std::string_view, std::string_view>& pool_sources();

}  // namespace workbench::scenarios
