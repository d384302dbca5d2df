/// @file
/// What the words of a command line name: scenarios and subjects.
#pragma once

#include <string>
#include <vector>

#include "scenarios/model/scenario.h"
#include "scenarios/model/usage_error.h"
#include "scenarios/subjects/subject.h"

namespace workbench::scenarios {

/// A name of the catalogue, or a file. Throws UsageError, with the nearest name, or ScenarioError.
Scenario find_scenario(const std::string& name);

/// The same for many; none: the whole catalogue.
std::vector<Scenario> find_scenarios(const std::vector<std::string>& names);

/// Throws UsageError, with the nearest name.
const Subject& find_known_subject(const std::string& name);

}  // namespace workbench::scenarios
