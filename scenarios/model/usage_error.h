/// @file
/// The error for wrong use of the workbench.
#pragma once

#include <stdexcept>

namespace workbench::scenarios {

/// The command line, or a file that it names, asks for something impossible. The message is the one
/// line that the user sees: what is wrong, and what is allowed. The program then exits with 2.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace workbench::scenarios
