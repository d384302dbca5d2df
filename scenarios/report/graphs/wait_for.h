/// @file
/// Who waits on what in a run that did not end, and who could have ended the wait, but never will.
///
///     ┌────────────────────┐ pop()  ╔══════════════╗ could be filled by  ┌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌┐
///     │ caller             │───────▶║ result_queue ║╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌▶┆ worker-1: died  ┆
///     │ naive/pool.h:59    │        ║ empty        ║                   └╌╌╌╌╌╌╌╌▲╌╌╌╌╌╌╌╌┘
///     └────────────────────┘        ╚══════════════╝   first cause: task 3 throws …
#pragma once

#include <string>

#include "scenarios/model/run_record.h"

namespace workbench::scenarios {

/// A text for Graphviz. Empty if nobody waits.
std::string wait_for_graph(const RunRecord& record);

}  // namespace workbench::scenarios
