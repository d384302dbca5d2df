/// @file
/// Many runs, some at a time, each under a watchdog process of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "scenarios/run/judgement.h"

namespace workbench::scenarios {

/// All runs, judged, in the order of `specs`. `done` is called after each with how many are over.
/// Throws std::system_error when the machine does not let it, std::runtime_error when a watchdog
/// ends without a word. Requires: the calling process has no other threads and no other children.
std::vector<JudgedRun> watch_all(const std::vector<RunSpec>& specs, std::uint64_t seed,
                                 const std::function<void(std::size_t)>& done);

}  // namespace workbench::scenarios
