/// @file
/// `workbench watch` over programs that share no code with the workbench. A test that includes this
/// is built with `FOREIGN_PROGRAMS` and `FOREIGN_SCRIPTS`, the directories of these programs.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "tests/support/child.h"
#include "tests/support/command_line.h"

namespace workbench::testing {

inline const std::string kScripts = FOREIGN_SCRIPTS;
inline const std::string kPrograms = FOREIGN_PROGRAMS;

inline Words sh(const std::string& script) { return {"sh", "-c", script}; }
inline Words python(const std::string& script) { return {"python3", kScripts + script}; }

inline Words watch_words(const Words& options, const Words& command) {
  return Words{WORKBENCH_PROGRAM, "watch"} + options + Words{"--"} + command;
}

/// Watches the command to its end, which leaves no process behind.
inline Child::Result watch(const Words& options, const Words& command) {
  Child::Result result = Child(watch_words(options, command)).wait();
  EXPECT_FALSE(result.left_workers_behind);
  return result;
}

}  // namespace workbench::testing
