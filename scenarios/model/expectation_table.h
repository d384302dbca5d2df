/// @file
/// Reads a table that says what is expected of a run, in the file of a scenario or of a subject.
#pragma once

#include <toml++/toml.h>

#include <cstdint>
#include <string>

#include "scenarios/model/scenario.h"

namespace workbench::scenarios {

/// `most` is how many tasks a count may be. Throws TomlFileError.
Expectation read_expectation(const toml::table& table, const std::string& file, std::int64_t most);

}  // namespace workbench::scenarios
