/// @file
/// What the kernel tells of processes (proc(5)): who descends from whom.
///
/// Everything here is a look at a moving thing: a process may be gone when the function returns.
#pragma once

#include <sys/types.h>

#include <vector>

namespace workbench::scenarios {

/// The processes that descend from `root` and have not ended, without `root`. Orphans count if
/// `root` is their subreaper.
std::vector<pid_t> descendants(pid_t root);

}  // namespace workbench::scenarios
