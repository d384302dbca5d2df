/// @file
/// Drawings of runs as text for Graphviz, made from what was traced.
#pragma once

#include <string>

#include "scenarios/model/run_record.h"

namespace workbench::scenarios {

/// The architecture of the pool as the run showed it: which actors pushed into which queues and
/// popped from them, how often, and which actors died.
std::string architecture(const RunRecord& record);

/// Which actors wait for which others, in a run that did not end.
std::string wait_for_graph(const RunRecord& record);

}  // namespace workbench::scenarios
