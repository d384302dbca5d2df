/// @file
/// Other programs that help to make a report: Graphviz, gnuplot, the benchmarks.
#pragma once

#include <string>
#include <vector>

namespace workbench::scenarios {

/// Runs `words`, the program and its arguments, to its end; what it prints goes to stderr. Throws
/// std::runtime_error that says what failed, and with `package` which Debian package has it.
void run_program(std::vector<std::string> words, const std::string& package = "");

}  // namespace workbench::scenarios
