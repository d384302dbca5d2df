/// @file
/// A run as Chrome's trace event format, which ui.perfetto.dev and chrome://tracing show: a track
/// for each actor, a counter for each queue, and an arrow from each push to its pop.
///
/// Source: the document *Trace Event Format* of the Chromium project.
#pragma once

#include <ostream>

#include "scenarios/model/run_record.h"

namespace workbench::scenarios {

/// Writes one JSON object. Times are microseconds since the first event; of a simulated run, steps.
void write_chrome_trace(const RunRecord& record, std::ostream& out);

}  // namespace workbench::scenarios
