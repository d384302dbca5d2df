/// @file
/// The architecture of a pool as a run showed it: the drawing of its caller, queues and workers,
/// with what went through each queue and who died.
///
///     ┌─────────────── caller ───────────────┐
///       │ 5 tasks      ▲ 1 error     ▲ 4 results
///      ┌▼┐  ┌stop_queue┐ ┌error_queue┐  ┌┴┐
///      │P│  └─────┬────┘ └─────▲─────┘  │ │
///      │3│ 3 tasks▼            │        │ │
///      │2│──────▶ │ worker 0  left│────▶│0│
///      └─┘──────▶ │ worker 1  died│────▶└─┘
///
/// Where something stands depends only on what it is, and on the number of workers. So two pools
/// beside each other differ only where they differ: in two queues.
#pragma once

#include <string>

#include "scenarios/model/run_record.h"

namespace workbench::scenarios {

/// A text for Graphviz, with all positions. Requires: the record has queues.
std::string architecture(const RunRecord& record);

}  // namespace workbench::scenarios
