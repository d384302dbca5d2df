/// @file
/// Watches many runs, several at the same time, each in a watchdog process of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "scenarios/run/judgement.h"

namespace workbench::scenarios {

/// Makes all runs, and returns them judged, in the order of `specs`. After each run, `done` is
/// called with the number of runs that are over. Throws std::system_error if the system refuses
/// something, and std::runtime_error if a watchdog process ends without a record. Requires: the
/// calling process has no other threads and no other children.
std::vector<JudgedRun> watch_all(const std::vector<RunSpec>& specs, std::uint64_t seed,
                                 const std::function<void(std::size_t)>& done);

}  // namespace workbench::scenarios
