/// @file
/// What a program has printed and not flushed: it lies in the buffer of its stdout, and nobody has
/// seen it. Whoever looks for the last line before a hang looks in vain.
///
/// Only for stdout of the C library (glibc), which std::cout uses, too, unless a program has
/// separated them. Other languages have buffers of their own.
///
/// Thread safety: a free function without state.
#pragma once

#include <sys/types.h>

#include <string>

namespace workbench::stacks {

/// Empty if there is nothing, it is no text, or cannot be read. At most 64 kB.
std::string unflushed_output_of(pid_t process);

}  // namespace workbench::stacks
