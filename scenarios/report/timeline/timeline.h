/// @file
/// The timeline of one run, or of several above each other on one axis, as SVG.
///
///     naive, threads        0       150 us      2.1 ms
///     caller      |||||              [ waits: result_queue //////////// HANG, proved
///     worker-0       [ 0 ][ 2 ][ 4 ] left
///     worker-1        [ 1 ][ 3 x died
///     result_queue          __--__--____
///
/// It needs no script: it shows the same in a page, in a README and on paper. If the reader points
/// at a task, or goes to it by keyboard, its whole way stands out.
///
/// The same records give the same bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/model/run_record.h"

namespace workbench::scenarios {

/// Where the style of a drawing is. A page with many of them has it once (page/texts.h).
enum class StyleSheet { inside, in_the_page };

struct TimelineOptions {
  std::string id = "timeline";  ///< begins the names in it, so that one page may have several
  StyleSheet style = StyleSheet::inside;
  /// The step up to which simulated runs are the same: a line through all of them.
  std::optional<std::int64_t> parting{};
};

/// An SVG document, as text. Requires: each record has events. The pointers must not be null.
std::string timeline(const std::vector<const RunRecord*>& runs,
                     const TimelineOptions& options = {});

/// The same into a file. Throws std::runtime_error if it cannot be written.
void write_timeline(const std::vector<const RunRecord*>& runs, const std::string& file);

}  // namespace workbench::scenarios
