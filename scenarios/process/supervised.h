/// @file
/// A watchdog in a process of its own.
///
///     workbench ──forks──▶ supervisor ──forks──▶ what is watched
///     has the children     is the subreaper
///     that it was given
///
/// For two reasons. A shell may give a program children that it did not start itself (`server &
/// exec workbench watch -- …`): to the supervisor they do not belong. And whichever of the two is
/// killed, the other one is left to end and reap all that was started.
///
/// Requires: the calling process has no other threads.
#pragma once

#include <csignal>
#include <functional>

#include "core/posix/inherited_signals.h"

namespace workbench::scenarios {

/// The supervisor gets this signal when the process that has started it has died.
inline const int kStarterDied = SIGRTMIN;

/// Runs `life` in a supervisor, and passes on to it the signals that others send to this process,
/// except those that it was told to ignore. Returns what `life` returns, or 128 and the number of
/// the signal that has ended the supervisor. Then nothing of what was started is left.
int supervised(const posix::InheritedSignals& inherited, const std::function<int()>& life);

}  // namespace workbench::scenarios
