/// @file
/// Watches many runs, several at the same time, each in a watchdog process of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "scenarios/run/judgement.h"
#include "scenarios/run/watchdog.h"

namespace workbench::scenarios {

/// Makes all runs, and returns them judged, in the order of `specs`. After each run, `done` is
/// called with the number of runs that are over. A run that kills its own watchdog is `invalid`.
/// Throws std::system_error if the system refuses something, std::runtime_error if a watchdog
/// cannot do its work, and AskedToEnd if a signal asks for the end: then, as always, nothing that
/// was started is left. Requires: the calling process has no other threads.
std::vector<JudgedRun> watch_all(const std::vector<RunSpec>& specs, std::uint64_t seed,
                                 const std::function<void(std::size_t)>& done,
                                 Stacks stacks = Stacks::wanted, Output output = Output::discarded);

/// The same for one run.
JudgedRun watch_one(const RunSpec& spec, std::uint64_t seed, Output output);

}  // namespace workbench::scenarios
