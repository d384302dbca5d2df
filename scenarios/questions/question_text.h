/// @file
/// How questions are shown.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/questions/question.h"

namespace workbench::scenarios {

/// For paper: the questions, and behind them the answers with the beliefs of whoever is wrong.
std::string as_sheet(std::uint64_t seed, const std::vector<Question>& questions);

/// For a learning platform.
std::string as_json(std::uint64_t seed, const std::vector<Question>& questions);

}  // namespace workbench::scenarios
