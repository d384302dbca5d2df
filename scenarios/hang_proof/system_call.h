/// @file
/// The system call that a thread is in, what could end it, and whether it has a limit of time.
///
/// snapshot.cc reads the line from /proc/PID/task/TID/syscall; this file says what it means. The
/// numbers of system calls are those of the architecture that this program was built for.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace workbench::hang_proof {

/// What can end a call that waits.
enum class WaitsFor {
  nothing,          ///< it does not wait, or only for a limited time
  futex,            ///< another thread that wakes the address in the first argument
  futexes,          ///< the same for several addresses (futex_waitv)
  descriptor,       ///< the descriptor in the first argument
  two_descriptors,  ///< data goes from one descriptor to another (splice)
  poll,             ///< any descriptor of an array, or a signal
  select,           ///< any descriptor of three sets, or a signal
  epoll,            ///< any descriptor that the epoll in the first argument watches
  child,            ///< a child that changes its state
  signal,           ///< a signal that the process catches
  lock,             ///< a lock of the file that the first argument refers to
  the_outside,      ///< a named object: anybody may end it
};

struct SystemCall {
  long number = -1;
  std::array<std::uint64_t, 6> arguments{};

  /// `futex`; or `system call 999`, if system_call.cc does not know its name.
  std::string name() const;
  /// True if it writes: then it waits for room, not for data.
  bool sends() const;
  /// What it waits for, with or without a limit of time.
  WaitsFor kind() const;
  /// What it waits for, if it waits without a limit.
  WaitsFor waits_for() const;
};

/// Reads a line of that file. Empty if the thread is not in a system call.
std::optional<SystemCall> parse_system_call(const std::string& line);

}  // namespace workbench::hang_proof
