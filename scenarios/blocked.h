/// @file
/// Evidence from the kernel that a program waits and cannot go on by itself: every thread of it,
/// and of its workers, is in a system call that waits without a limit.
///
/// Each thread is looked at twice, and so that no step of it can stay unseen between the looks: it
/// has not been scheduled from before the first look until after the second, so at the moment
/// between the two passes over all threads, every one of them was waiting.
///
/// Limit: it does not ask who outside of the program could end such a wait (a peer on a socket, a
/// person at a terminal, a timer that sends a signal). The caller must know that there is nobody.
#pragma once

#include <sys/types.h>

namespace workbench::scenarios {

/// Do `root` and all its descendants wait without a limit? False too where that cannot be read.
bool is_blocked(pid_t root);

}  // namespace workbench::scenarios
