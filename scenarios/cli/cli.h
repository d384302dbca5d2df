/// @file
/// The command line of `workbench`.
#pragma once

#include <functional>

namespace workbench::scenarios {

/// The whole program; returns its exit code. Data goes to stdout, everything else to stderr.
int run_cli(int argc, char** argv);

/// Calls the action, and writes what it has printed. An error becomes one line on stderr, and an
/// exit code.
int guarded(const std::function<int()>& action);

}  // namespace workbench::scenarios
