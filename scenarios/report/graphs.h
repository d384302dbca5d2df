/// @file
/// Drawings of runs, in the language of Graphviz, made from what was traced.
#pragma once

#include <string>

#include "scenarios/model/run_record.h"

namespace workbench::scenarios {

/// Who pushed into which queue and popped from it, how often, and who died: the architecture of the
/// pool as the run showed it.
std::string architecture(const RunRecord& record);

/// Who waits for whom: for a run that did not end.
std::string wait_for_graph(const RunRecord& record);

}  // namespace workbench::scenarios
