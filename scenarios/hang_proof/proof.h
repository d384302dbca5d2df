/// @file
/// The proof that a tree of processes hangs: that it waits, and that nothing can end its waits.
///
///     look at each thread ──▶ who could end these waits? ──▶ look again ──▶ freeze ──▶ the same
///     each is in an untimed   nobody outside the tree,       the same      all stand   questions,
///     call, not switched      no timer, no signal            threads       still       now proved
///     meanwhile
///
/// The looks through /proc disturb nobody. They only raise a suspicion, because they are taken one
/// after the other, and what comes and goes between them escapes. So a suspected tree is frozen
/// (frozen_tree.h), and in the frozen world everything is asked once more: there is no other
/// thread, none of them can change what we read, and each begins its call under our eyes. When they
/// are let go, each goes back to sleep in its call: otherwise there is no proof.
///
/// What is said then: *at one instant every thread of the tree slept in a call without a limit, and
/// everything that these calls wait for was found to be held by nobody but the tree. Unless
/// somebody interferes on purpose, it waits for ever.*
///
/// Everything is found, nothing is taken for granted because it was not seen: an end of a pipe that
/// nobody is seen to hold is held by somebody whom we cannot see. Where something cannot be known,
/// the finding is `unreadable`.
///
/// Assumptions. Each has a test that shows the smallest program that breaks it.
/// 1. Nobody interferes on purpose: sends a signal that ends or wakes a process (also Ctrl-C, which
///    every Python program catches), attaches a debugger, opens a descriptor through /proc.
/// 2. Nobody outside has taken a descriptor that was made inside with pidfd_getfd(2). Nor was one
///    given to a process that we may not look into, over a socket of which nothing is left, not
///    even the name that it was found by. Nor do processes outside hand one to and fro over sockets
///    all the while: they are looked at one after the other, and it may be where we have just been.
/// 3. The kernel was not asked to act where no trace of it is left: by a ring of io_setup(2) whose
///    mapping was removed, by a request to a ring of io_uring outside whose descriptor was closed
///    since, or through an eventfd, a pipe or a socket that a control group, a device or a mount
///    was given.
///
/// A time-out proves nothing, and is not used here.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/hang_proof/snapshot.h"

namespace workbench::hang_proof {

/// The assumptions by name, in this order.
inline constexpr std::array<std::string_view, 3> kAssumptions{
    "nobody-interferes", "no-descriptor-was-taken", "no-hidden-work-of-the-kernel"};

struct Finding {
  enum class Kind {
    alive,       ///< something runs, naps, or has moved: see `why`
    idle,        ///< nothing runs, but something outside, a timer or a signal could wake it
    hang,        ///< proved
    unreadable,  ///< it seems to wait, but we may not read all that a proof needs
  };
  Kind kind = Kind::alive;
  std::string why{};                        ///< what speaks against a hang; empty for `hang`
  std::vector<ThreadSnapshot> snapshots{};  ///< of each thread, when it was examined
  bool is_timed = false;                    ///< `idle`: a limit of time ends a wait
  bool was_frozen = false;                  ///< its threads were stopped for a moment
};

/// Examines the tree. Takes some milliseconds if the tree seems to hang, much less if it is alive.
/// Requires: the caller is not part of the tree, and nobody else calls ptrace(2) for it.
Finding examine(const Tree& tree);

/// The same, by somebody who has just looked: `seen` are the snapshots of its threads.
Finding examine(const Tree& tree, std::vector<ThreadSnapshot> seen);

/// What could wake a tree that is idle, each as a short sentence: limits of time, timers, signals,
/// and who holds the other ends. To be asked soon after the finding, because it looks once more.
std::vector<std::string> wakers_of(const Tree& tree);

}  // namespace workbench::hang_proof
