/// @file
/// The graph of a scenario as JSON: what a game is played on in which the reader is the scheduler.
/// The schema is scenarios/schema/graph.json.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "scenarios/model/scenario.h"
#include "scenarios/run/explore/scenario_graph.h"
#include "scenarios/run/run_spec.h"

namespace workbench::scenarios {

/// What `workbench explore --graph` writes.
nlohmann::ordered_json to_json(const RunSpec& spec, const simulated::Scheduler::Options& scheduler,
                               const ScenarioGraph& graph);

/// As one line. Bytes that are not UTF-8 are replaced, and `<` is escaped, so that the text may
/// stand in an HTML page.
std::string as_line(const nlohmann::ordered_json& json);

/// The games of a report, as an array: the naive pool hangs, the published reactor loses an error,
/// the reactor cannot be made to hang. Made now, by running them in every schedule. `scenarios` is
/// where they are looked for; a game whose scenario is not there is left out.
nlohmann::ordered_json games_json(const std::vector<Scenario>& scenarios);

}  // namespace workbench::scenarios
