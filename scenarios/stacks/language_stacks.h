/// @file
/// The stacks of programs in other languages, in the words of these languages. Their native stacks
/// only show the interpreter.
///
///     Python 3.11 to 3.13   read from its memory (python_frames.h)
///     other Pythons         py-spy, if it is installed
///     Java                  jcmd, which comes with the JDK; it also finds threads that wait for
///     each
///                           other's monitors
///     any other             a program of your own: it gets the number of the process as its last
///                           argument, and prints what it knows
///
/// A tool is a program, and it may disturb: jcmd wakes a thread of the JVM. So it is asked only
/// when the verdict is there, or when a person asks.
///
/// Thread safety: free functions without state.
#pragma once

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/time.h"
#include "scenarios/stacks/native_stacks.h"

namespace workbench::stacks {

/// What a tool has said about a process.
struct ToolReport {
  pid_t process = 0;
  std::string tool{};
  std::vector<std::string> lines{};
  std::string deadlock{};  ///< who waits for whom, in a sentence; empty: it has found none
};

/// What is known of a process in the words of its language.
struct LanguageStacks {
  std::map<pid_t, StackLines> stacks{};  ///< by thread, the innermost frame first
  std::optional<ToolReport> report{};    ///< what a tool said beside the stacks
};

/// A tool is killed after `limit`. Empty for a language that nobody here knows.
LanguageStacks language_stacks_of(pid_t process, Duration limit);

/// Asks a program of the user's own: `command` may have arguments, separated by spaces.
std::optional<ToolReport> report_of(const std::string& command, pid_t process, Duration limit);

}  // namespace workbench::stacks
