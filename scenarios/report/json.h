/// @file
/// Runs as JSON. The schemas are in scenarios/schema/.
#pragma once

#include <exception>
#include <iosfwd>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "scenarios/run/explore/exploration.h"
#include "scenarios/run/judgement.h"
#include "scenarios/run/watch_program.h"

namespace workbench::scenarios {

/// What `workbench run --json` prints.
nlohmann::ordered_json to_json(const JudgedRun& run);

/// What `workbench list --json` prints.
nlohmann::ordered_json to_json(const std::vector<Scenario>& scenarios,
                               const std::vector<Subject>& subjects);

/// What `workbench watch --json` prints.
nlohmann::ordered_json to_json(const ProgramSpec& spec, const ProgramRecord& record);
/// The program could not be watched, because of this error.
nlohmann::ordered_json to_json(const ProgramSpec& spec, const std::exception& error);

/// What `workbench explore --json` prints.
nlohmann::ordered_json to_json(const RunSpec& spec, const SearchRequest& request,
                               const ExploredScenario& explored);

/// Indented text. Bytes that are not UTF-8 are replaced: the message of an error may hold anything.
std::string as_text(const nlohmann::ordered_json& json);

/// The trace, one event a line, as `workbench run --trace` writes it.
void write_trace(const RunRecord& record, std::ostream& out);

}  // namespace workbench::scenarios
