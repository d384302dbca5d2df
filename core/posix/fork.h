/// @file
/// A forked process that dies with its parent, and whose end can be waited for by `poll`.
///
///     const Fork fork = fork_process();
///     if (fork.in_child()) _exit(live());
///     poll(… fork.pidfd …);                  // readable when the child has ended
///
/// Three things are easily forgotten, so they are in one place:
/// - The child asks the kernel for SIGKILL at the death of its parent. If the parent dies before
///   that, the signal never comes. So the child then checks that its parent is still the same
///   process, and exits if not.
/// - As soon as a child was reaped, its pid may be given to another process. A pidfd always means
///   the same process.
/// - If no pidfd can be opened, the child must not be left behind: it is killed.
///
/// Requires: the caller has flushed its output. Otherwise the child would write it once more.
///
/// Thread safety: as for fork(2): the child has only one thread, the one that called.
#pragma once

#include <sys/types.h>

#include "core/posix/unique_fd.h"

namespace workbench::posix {

struct Fork {
  pid_t pid = 0;     ///< 0 in the child
  UniqueFd pidfd{};  ///< in the parent

  bool in_child() const { return pid == 0; }
};

/// Throws std::system_error if the system allows no further process, or no further descriptor.
Fork fork_process();

/// Sends a signal to exactly that process. Nothing happens if it has ended.
void send_signal(const UniqueFd& pidfd, int signal);

}  // namespace workbench::posix
