/// @file
/// The command line of `workbench`.
#pragma once

namespace workbench::scenarios {

/// The whole program; returns its exit code. Data goes to stdout, everything else to stderr.
int run_cli(int argc, char** argv);

}  // namespace workbench::scenarios
