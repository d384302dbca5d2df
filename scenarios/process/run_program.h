/// @file
/// Runs the other programs that we need: Graphviz, gnuplot, the benchmarks; and those that know the
/// stacks of a language.
///
/// Thread safety: free functions without state.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/time.h"

namespace workbench::scenarios {

/// Runs a program to its end; `words` are its name and its arguments. What it prints goes to
/// stderr. Throws std::runtime_error if it fails; the message names it, and also the Debian
/// `package` that contains it, if it is missing.
void run_program(std::vector<std::string> words, const std::string& package = "");

/// What a program prints, on stdout and stderr. It is killed after `limit`. Empty if it cannot be
/// run, fails, or was killed.
std::optional<std::string> output_of(std::vector<std::string> words, Duration limit);

/// Is there a program of this name on the path?
bool is_installed(const std::string& program);

}  // namespace workbench::scenarios
