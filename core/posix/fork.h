/// @file
/// A forked process that dies with its parent, and whose end can be waited for by `poll`.
///
///     const Fork fork = fork_process();
///     if (fork.in_child()) _exit(live());
///     poll(… fork.pidfd …);                  // readable when the child has ended
///
/// Three things are easily forgotten, so they are in one place:
/// - The child asks the kernel for SIGKILL at the death of its parent. If the parent died before
/// the
///   child could ask, nobody would ever send it: so the child looks whether its parent is still the
///   same, and ends otherwise.
/// - A pid may be given to another process as soon as the child was reaped. A pidfd means this one
///   process for ever.
/// - Where no pidfd is to be had, the child must not be left behind.
///
/// Requires: the caller has flushed its output, or the child would write it once more.
///
/// Thread safety: as fork(2): of the threads of the caller, only the calling one is in the child.
#pragma once

#include <sys/types.h>

#include "core/posix/unique_fd.h"

namespace workbench::posix {

struct Fork {
  pid_t pid = 0;     ///< 0 in the child
  UniqueFd pidfd{};  ///< in the parent

  bool in_child() const { return pid == 0; }
};

/// Throws std::system_error where the system has no room for another process, or no descriptor.
Fork fork_process();

/// Sends a signal to exactly that process. Nothing happens if it has ended.
void send_signal(const UniqueFd& pidfd, int signal);

}  // namespace workbench::posix
