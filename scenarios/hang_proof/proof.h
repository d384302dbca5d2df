/// @file
/// The proof that a tree of processes hangs: that it waits, and that nothing can end its waits.
///
///     look at all threads ──▶ who could end these waits? ──▶ look at all threads again
///       each in an untimed      nobody outside of the tree,     the same threads, the same calls,
///       call, not switched      no timer, no signal             the same switch counters
///       while looked at
///
/// Why two looks: a thread that is seen waiting now may have been woken before the next one is
/// looked at, and wake that one in turn. A thread whose counters have not moved from the first look
/// to the second has not run in between, so at the instant between the two passes all of them were
/// asleep at once; and what is asleep wakes nobody. One look alone is often wrong.
///
/// A signal that a process catches may end its waits, so nothing is proved of one that catches what
/// others send: SIGTERM, SIGHUP, SIGUSR1, a real-time signal, an alarm's. SIGINT is exempt, since
/// Python always catches it: if only the handler of Ctrl-C would end a wait, a hang is proved.
/// Nor is anything proved of one for which the kernel works in the background (io_uring, io_setup).
///
/// Limit. An alarm set with `alarm` or `setitimer` is seen only by its handler: one that would end
/// the program without a handler is not seen at all.
///
/// A time-out proves nothing, and plays no part here.
#pragma once

#include <string>
#include <vector>

#include "scenarios/hang_proof/snapshot.h"

namespace workbench::hang_proof {

struct Finding {
  enum class Kind {
    alive,       ///< something runs, naps, or could be woken from outside: see `why`
    hang,        ///< proved
    unreadable,  ///< it seems to wait, but the kernel does not let us see all that it takes
  };
  Kind kind = Kind::alive;
  std::string why{};                        ///< what speaks against a hang; empty for `hang`
  std::vector<ThreadSnapshot> snapshots{};  ///< what was seen
};

/// Looks twice. Takes some milliseconds if the tree seems to hang, much less if it is alive.
/// Requires: the caller is not part of the tree.
Finding examine(const Tree& tree);

}  // namespace workbench::hang_proof
