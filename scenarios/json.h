/// @file
/// Records as JSON. The schemas are in scenarios/schema/.
#pragma once

#include <iosfwd>
#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "scenarios/record.h"
#include "scenarios/scenario.h"
#include "scenarios/subject.h"

namespace workbench::scenarios {

/// What `workbench run --json` prints. `expectation`: null where the scenario says nothing.
nlohmann::ordered_json to_json(const RunRecord& record, const Expectation* expectation);

/// What `workbench list --json` prints.
nlohmann::ordered_json to_json(const std::vector<Scenario>& scenarios,
                               const std::vector<Subject>& subjects);

/// The trace, one event a line, as `workbench run --trace` writes it.
void write_trace(const RunRecord& record, std::ostream& out);

}  // namespace workbench::scenarios
