/// @file
/// Runs the other programs that a report needs: Graphviz, gnuplot, the benchmarks.
#pragma once

#include <string>
#include <vector>

namespace workbench::scenarios {

/// Runs a program to its end; `words` are its name and its arguments. What it prints goes to
/// stderr. Throws std::runtime_error if it fails; the message names it, and also the Debian
/// `package` that contains it, if it is missing.
void run_program(std::vector<std::string> words, const std::string& package = "");

}  // namespace workbench::scenarios
