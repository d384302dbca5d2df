/// @file
/// The command line of `workbench`.
#pragma once

namespace workbench::scenarios {

/// The whole program. Data goes to stdout, all else to stderr.
int run_cli(int argc, char** argv);

}  // namespace workbench::scenarios
