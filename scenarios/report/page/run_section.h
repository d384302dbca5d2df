/// @file
/// The part of a report about one run: verdict, first cause, ledger, what happened, failures with
/// folded tracebacks, who waits for whom, and the command that repeats it.
#pragma once

#include <string>

#include "scenarios/report/traceback.h"
#include "scenarios/run/judgement.h"

namespace workbench::scenarios {

/// HTML. `wait_for` is a drawing (SVG) of who waits for whom; empty: there is none.
std::string run_section(const JudgedRun& run, Frames frames, const std::string& wait_for);

}  // namespace workbench::scenarios
