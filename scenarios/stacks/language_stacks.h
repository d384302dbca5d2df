/// @file
/// The stacks of programs in other languages, in the words of these languages. Their native stacks
/// only show the interpreter.
///
///     Python 3.11 to 3.13   read from its memory (python_frames.h)
///     other Pythons         py-spy, if it is installed
///     Java                  jcmd, which comes with the JDK; it also finds deadlocks of monitors
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

  /// The tool has found that threads wait for each other.
  bool names_a_deadlock() const;
};

/// By thread, the innermost frame first. Empty for a language that we cannot read ourselves.
std::map<pid_t, StackLines> script_stacks(pid_t process);

/// Asks the tool that belongs to the language of the process; it is killed after `limit`. Empty if
/// there is none, or it is not installed.
std::optional<ToolReport> report_of_its_tool(pid_t process, Duration limit);

/// Asks a program of the user's own: `command` may have arguments, separated by spaces.
std::optional<ToolReport> report_of(const std::string& command, pid_t process, Duration limit);

}  // namespace workbench::stacks
