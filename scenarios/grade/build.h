/// @file
/// Compiles what a student has handed in.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "scenarios/grade/exercise.h"

namespace workbench::scenarios {

/// What came of it.
struct Built {
  std::filesystem::path file{};  ///< the library, or the program; empty: see `problems`
  std::vector<std::string>
      problems;  ///< of the compiler, with file and line; or what is not allowed
  bool no_compiler = false;
};

/// Compiles `source` in its own directory, under a limit of a minute, with no rights. A pool or a
/// queue becomes a library, and is loaded once to see whether that is possible. It may include the
/// standard library and the kit, nothing else: neither a solution nor a file of this machine.
///
/// Requires: the calling process has no other threads and no other children.
Built build(const std::filesystem::path& source, AnswerForm form);

}  // namespace workbench::scenarios
