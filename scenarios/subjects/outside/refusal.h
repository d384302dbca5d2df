/// @file
/// The system refuses to start a worker of a pool from outside: a thread, or a process. For that a
/// small library (refuse_start.cc) is loaded into its program, in front of the C library
/// (LD_PRELOAD, ld.so(8)). So the program needs to know nothing of it.
///
/// It leaves shells alone, which may stand on the way to the program. In all others it counts what
/// a process starts, from 0, and takes the number for that of a worker. Where the runtime of a
/// language starts threads of its own (Java, Node), that would be wrong.
#pragma once

#include <filesystem>
#include <optional>

#include "scenarios/model/runtime_kind.h"
#include "scenarios/model/scenario.h"

namespace workbench::scenarios {

/// Where the library is; empty if it was not built or installed with this program.
std::optional<std::filesystem::path> refusal_library();

/// In a child that is about to become the program: makes the faults strike that are at `starting`.
void refuse_starts(const Scenario& scenario, RuntimeKind runtime);

}  // namespace workbench::scenarios
