/// @file
/// A forked process that dies with its parent, and whose end can be waited for by `poll`.
///
///     const Fork fork = fork_process();
///     if (fork.in_child()) _exit(live());
///     poll(… fork.pidfd …);                  // readable when the child has ended
///
/// Some things are easily forgotten, so they are in one place:
/// - The child asks the kernel for SIGKILL at the death of its parent. If the parent dies before
///   that, the signal never comes. So the child then checks that its parent is still the same
///   process, and exits if not.
/// - As soon as a child was reaped, its pid may be given to another process. A pidfd always means
///   the same process.
/// - If no pidfd can be opened, the child must not be left behind: it is killed.
/// - The parent's signal handlers are copied, too. A signal to the child would run them there, and
///   so perhaps shut down what belongs to the parent. So in the child the default actions are put
///   back, except where a signal was ignored, as `exec` does it, and no signal is blocked. No
///   handler can run in between.
///
/// Requires: the caller has flushed its output. Otherwise the child would write it once more.
///
/// Thread safety: as for fork(2): the child has only one thread, the one that called.
#pragma once

#include <sys/types.h>

#include "core/posix/signals.h"
#include "core/posix/unique_fd.h"

namespace workbench::posix {

struct Fork {
  pid_t pid = 0;     ///< 0 in the child
  UniqueFd pidfd{};  ///< in the parent

  bool in_child() const { return pid == 0; }
};

/// The child ignores `ignored_signal` from its beginning on (0: none), and has none of `handlers`.
/// Throws std::system_error if the system allows no further process, or no further descriptor.
Fork fork_process(int ignored_signal = 0, const SignalHandlers& handlers = SignalHandlers());

/// A descriptor of a process that is there. Throws std::system_error if there are no more.
UniqueFd open_pidfd(pid_t process);

/// Sends a signal to exactly that process. Nothing happens if it was reaped.
void send_signal(const UniqueFd& pidfd, int signal);

/// Sends a signal to the process group with this number, of which that process is the first. Before
/// Linux 6.9 nothing happens if it was reaped: then the number may belong to another group.
void send_signal_to_group(const UniqueFd& first, pid_t group, int signal);

}  // namespace workbench::posix
