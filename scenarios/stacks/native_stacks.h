/// @file
/// The stack of each thread of other processes: in which function it is, and who has called that.
///
///     snapshots ──▶ stop each thread ──▶ unwind ──▶ let them go ──▶ names, files and lines
///
/// A thread is stopped by ptrace(2) for the time of the unwinding, and for the program nothing has
/// happened (hang_proof/tracee.h): a wait without a limit begins again. A few waits with a limit
/// cannot be stopped without making them fail with EINTR (signal(7)). So the threads in those have
/// no stack, unless the program is to be ended anyway.
///
/// The debug information is read by elfutils (core/symbols/debug_info.h). Where a program has none,
/// a frame is a function and its library. Where a library says nothing of how to unwind it, the
/// stack ends.
///
/// Thread safety: a call uses ptrace, so nobody else may trace the same processes meanwhile.
#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "core/time.h"
#include "scenarios/hang_proof/snapshot.h"

namespace workbench::stacks {

struct StackLine {
  std::string text{};          ///< `function at file:line`, `function in library`
  bool is_of_program = false;  ///< and not of the system, of a library or of a language's runtime

  bool operator==(const StackLine&) const = default;
  bool operator<(const StackLine& other) const {
    return std::tie(text, is_of_program) < std::tie(other.text, other.is_of_program);
  }
};

/// The frames of a thread, the innermost first.
using StackLines = std::vector<StackLine>;

enum class Afterwards { goes_on, is_ended };  ///< what becomes of the program

/// By the number of the thread. A thread of which nothing is known is missing: it may have ended,
/// or may not be stopped. What does not fit into `budget`, which is processor time, is left out:
/// first the lines, then the stacks.
std::map<pid_t, StackLines> native_stacks(const std::vector<hang_proof::ThreadSnapshot>& threads,
                                          Afterwards afterwards, Duration budget);

}  // namespace workbench::stacks
