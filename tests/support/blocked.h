/// @file
/// Evidence from the kernel that a program hangs: each of its threads, and of its workers, is in a
/// system call that waits without a limit, and nobody is left to end that wait.
///
/// Each thread is looked at twice, and so that no step of it can stay unseen between the looks: it
/// has not been scheduled from before the first look until after the second, so at the moment
/// between the two passes over all threads, every one of them was waiting.
#pragma once

#include <sys/types.h>

namespace workbench::testing {

/// Waits until `root`, a child of this process, and all its descendants hang. False: `root` has
/// ended instead. No limit: a program that neither hangs nor ends is for the test's timeout.
bool wait_until_blocked(pid_t root);

}  // namespace workbench::testing
