/// @file
/// The stack at the point where an exception was thrown.
///
/// A `catch` block sees only its own stack: the frames between it and the `throw` are gone. So this
/// library gets in between a `throw` and `__cxa_throw`, which every C++ `throw` calls (stack.cc
/// says how). It notes the return addresses, and then calls the real one. Names, files and lines
/// are looked up only when somebody asks for them.
///
/// The price: every `throw` of the program takes 1.5 to 2.2 times as long, whether or not a pool is
/// concerned. `WithoutStacks` switches it off for a thread.
///
/// Limits: each thread remembers its last few throws. So an exception that was thrown on one thread
/// and rethrown on another (`std::rethrow_exception`) has no stack here; nor has one thrown by a
/// library that was linked statically against a C++ runtime of its own.
///
/// Thread safety: everything here may be called from any thread.
#pragma once

#include <cstdint>
#include <exception>
#include <string>
#include <vector>

namespace workbench {

/// Return addresses, innermost first. They mean the same in a forked worker as in its parent, so a
/// worker can send them and the parent can resolve them.
using Stack = std::vector<std::uintptr_t>;

/// The stack at which `exception` was thrown on this thread; empty if that is not known.
Stack stack_at_throw(const std::exception_ptr& exception);

/// While an object of this class exists, the throws of its thread are not noted. It is useful for a
/// search that runs a program a million times, and needs the stacks of only one run.
class WithoutStacks {
 public:
  WithoutStacks();
  WithoutStacks(const WithoutStacks&) = delete;
  ~WithoutStacks();
};

/// `f<A, B<C>>(D)`, with `...` in place of each list of template arguments that is longer than a
/// line. Such a list is often longer than the rest of the traceback.
std::string without_long_template_arguments(const std::string& name);

/// One line a frame, `function at file:line`. A function that was inlined is a frame, too, so there
/// may be more lines than addresses. Files of the workbench are named relative to the root of its
/// sources, and long template arguments are left out. The first call reads the debug information of
/// the program (some 100 ms); later ones are lookups.
std::vector<std::string> resolve(const Stack& stack);

}  // namespace workbench
