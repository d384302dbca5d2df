/// @file
/// Small programs of which every end is known. Each is run in all of its schedules: the right code
/// ends in each of the ways that `ends` names, and in no other. A mutant is found out when it ends
/// in another way, or never in one of these.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "core/simulated/explorer.h"

namespace workbench::mutants {

struct Case {
  std::string name;
  std::function<std::string()> tell;  ///< the program; says what came of it
  std::set<std::string> ends;         ///< all that comes of it, in one schedule or another
  simulated::Scheduler::Options scheduler{.max_steps = 5'000};
};

/// Those of the queue first, then those of the pools.
const std::vector<Case>& cases();

}  // namespace workbench::mutants
