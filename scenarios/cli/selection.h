/// @file
/// Finds the scenarios and subjects that a command line names.
#pragma once

#include <string>
#include <vector>

#include "scenarios/model/scenario.h"
#include "scenarios/model/usage_error.h"
#include "scenarios/subjects/subject.h"

namespace workbench::scenarios {

/// The scenario of this name: a name of the catalogue, or a file. Throws UsageError, which suggests
/// the nearest name, or TomlFileError.
Scenario find_scenario(const std::string& name);

/// The same for several names; no names: the whole catalogue.
std::vector<Scenario> find_scenarios(const std::vector<std::string>& names);

/// The subject of this name. Throws UsageError, which suggests the nearest name.
const Subject& find_known_subject(const std::string& name);

}  // namespace workbench::scenarios
