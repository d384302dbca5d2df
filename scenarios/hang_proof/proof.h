/// @file
/// The proof that a tree of processes hangs: that it waits, and that nothing can end its waits.
///
///     snapshot each thread ──▶ who could end these waits? ──▶ snapshot each thread again
///       each is in an untimed    nobody outside the tree,       the same threads, the same calls,
///       call, not switched       no timer, no signal            the same switch counters
///       meanwhile
///
/// Why twice: one snapshot of each thread is often wrong, because they are taken one after the
/// other. Suppose that two threads pass a ball to and fro. A is seen asleep; then B passes the ball
/// to A and goes to sleep; B is seen asleep, too; and yet the program is alive. But if the switch
/// counters of a thread are the same in both snapshots, it has not run in between. So at one
/// instant between the two passes all threads were asleep at once; and a thread that sleeps wakes
/// nobody.
///
/// The handler of a signal may end a wait. So nothing is proved about a process that catches a
/// signal which others may send: SIGTERM, SIGHUP, SIGUSR1, a real-time signal, or the signal of an
/// alarm. SIGINT is exempt, because Python always catches it; the price is that a wait which only
/// the handler of Ctrl-C would end is called a hang. Nothing is proved, either, about a process for
/// which the kernel works in the background (io_uring, io_setup).
///
/// Limit. An alarm that was set with `alarm` or `setitimer` can be noticed only by the handler of
/// its signal. If there is no handler, the alarm would end the program, and it is not noticed at
/// all.
///
/// A time-out proves nothing, and is not used here.
#pragma once

#include <string>
#include <vector>

#include "scenarios/hang_proof/snapshot.h"

namespace workbench::hang_proof {

struct Finding {
  enum class Kind {
    alive,       ///< something runs, naps, or could be woken from outside: see `why`
    hang,        ///< proved
    unreadable,  ///< it seems to wait, but we may not read all that a proof needs
  };
  Kind kind = Kind::alive;
  std::string why{};                        ///< what speaks against a hang; empty for `hang`
  std::vector<ThreadSnapshot> snapshots{};  ///< of each thread, when it was examined
};

/// Examines the tree. Takes some milliseconds if the tree seems to hang, much less if it is alive.
/// Requires: the caller is not part of the tree.
Finding examine(const Tree& tree);

}  // namespace workbench::hang_proof
