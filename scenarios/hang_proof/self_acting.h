/// @file
/// What may act for a process while all of its threads sleep: timers, signals, and the kernel,
/// which works for it in the background. It does not matter then what the threads wait for.
///
///     timers         those of timer_create(2); an alarm (setitimer(2)) is armed
///     signals        one that it catches and that others may send; one that a descriptor sends
///                    (O_ASYNC, also of one that is held outside by now; F_NOTIFY; mq_notify(3)),
///                    which may also end the process
///     the kernel     io_uring, io_setup; a virtual machine or a device that signals an eventfd
///     a pager        somebody who serves its page faults (userfaultfd(2))
///     a supervisor   a filter for its calls that somebody else may answer (seccomp(2))
///     a tracee       a process outside that it traces, as a debugger does
///
/// SIGINT is exempt, because Python always catches it. The price is that a wait which only the
/// handler of Ctrl-C would end is called a hang.
#pragma once

#include <sys/types.h>

#include <optional>
#include <vector>

#include "scenarios/hang_proof/frozen_tree.h"
#include "scenarios/hang_proof/holders.h"
#include "scenarios/hang_proof/tracee.h"

namespace workbench::hang_proof {

/// What /proc tells.
WakerReach acting_for(pid_t process, const Holders& holders);

/// Does the tree trace a process outside, as a debugger does? Then it also waits for that one when
/// it waits for a child, and gets SIGCHLD because of it.
WakerReach tracees_of(const std::vector<pid_t>& tree);

/// What /proc does not tell, and what a thread of the process can be asked for: is an alarm armed?
/// Requires: `tracee.at_entry()`. Throws Moved.
WakerReach alarm_of(Tracee& tracee);

/// A thread that has ever used an io_uring; empty: none has. All other trace of one may be gone.
/// Throws Moved.
std::optional<pid_t> user_of_a_ring(FrozenTree& tree);

}  // namespace workbench::hang_proof
