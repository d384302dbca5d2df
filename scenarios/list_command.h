/// @file
/// `workbench list` and `workbench explain`: what there is, and what it means.
#pragma once

#include <string>

namespace workbench::scenarios {

/// Prints the scenarios and the subjects. Returns the exit code.
int list(bool json);

/// Prints what a verdict, or a kind of hang, means. Returns the exit code. Throws UsageError.
int explain_verdict(const std::string& name);

}  // namespace workbench::scenarios
