/// @file
/// Why does a schedule fail? Because of the last choice without which it would not have: the same
/// thread goes on up to there, another one there, and the run ends well.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "scenarios/run/judgement.h"
#include "scenarios/run/simulation.h"

namespace workbench::scenarios {

struct TurningPoint {
  std::size_t place = 0;  ///< the first event that is not the same in both runs
  std::string before{};   ///< the last thing that happens in both runs; empty: they differ at once
  std::string here{};     ///< what happens next in the failing run: `caller waits for result_queue`
  std::string there{};    ///< and in the good one
  JudgedRun good;
};

/// Looks for the good run that is nearest to `failed`, which was made in this schedule. Empty if no
/// single choice leads to one, or if the run is good itself.
std::optional<TurningPoint> find_turning_point(Simulation& simulation, const JudgedRun& failed,
                                               const SimulatedSchedule& schedule);

}  // namespace workbench::scenarios
