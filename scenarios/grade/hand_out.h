/// @file
/// What students are given: the exercises without their solutions.
#pragma once

#include <filesystem>
#include <vector>

#include "scenarios/grade/exercise.h"

namespace workbench::scenarios {

/// Writes the exercises, a page that lists them, and the headers of the kit into `directory`, which
/// must not be there, or be empty. Throws UsageError, or std::filesystem::filesystem_error.
void hand_out(const std::vector<Exercise>& exercises, const std::filesystem::path& directory);

}  // namespace workbench::scenarios
