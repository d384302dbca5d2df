/// @file
/// Who could end a wait for a lock of a file (flock(2), fcntl(2))?
///
///     flock, F_OFD_SETLKW   whoever has the same open file as the one who took the lock: a copy of
///                           its descriptor, inherited or sent
///     F_SETLKW              the processes that share the table of descriptors of the one who took
///     it
///
/// The kernel shows the lock with each descriptor by which it is held (fdinfo, proc(5)). So a lock
/// that is in the way has to be *found* with descriptors inside, and with none outside. Who opens
/// the file anew can take further locks, but not release this one.
///
/// Limit: only file systems of this host alone are known. Elsewhere others may release a lock.
#pragma once

#include <sys/types.h>

#include "scenarios/hang_proof/holders.h"
#include "scenarios/hang_proof/system_call.h"

namespace workbench::hang_proof {

/// Requires: `call.waits_for()` is WaitsFor::lock.
WakerReach reach_of_lock(const Holders& holders, pid_t thread, const SystemCall& call);

}  // namespace workbench::hang_proof
