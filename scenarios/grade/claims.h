/// @file
/// Examines one claim on an answer that has been built.
#pragma once

#include <filesystem>

#include "scenarios/grade/grading.h"

namespace workbench::scenarios {

/// `answer` is the library, the program, or the file with the schedule. Requires: the calling
/// process has no other threads and no other children.
GradedClaim examine_claim(const Exercise& exercise, const Claim& claim,
                          const std::filesystem::path& answer);

}  // namespace workbench::scenarios
