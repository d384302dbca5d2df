/// @file
/// Compares what was seen with what was expected.
#pragma once

#include <string>
#include <vector>

#include "scenarios/exit_code.h"
#include "scenarios/record.h"
#include "scenarios/scenario.h"

namespace workbench::scenarios {

/// What differs, one line each; none: as expected. Beyond what the expectation says, a process left
/// behind always differs, a hang must be proved, and a run that ended well must account for every
/// task.
std::vector<std::string> differences(const RunRecord& record, const Expectation& expectation);

/// The same where `expectation` may be null, the scenario stating none: only a process left behind
/// differs then.
std::vector<std::string> differences(const RunRecord& record, const Expectation* expectation);

/// How `run` ends. `expectation` is null where the scenario states none.
ExitCode exit_code_of(const RunRecord& record, const Expectation* expectation);

}  // namespace workbench::scenarios
