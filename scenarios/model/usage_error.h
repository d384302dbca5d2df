/// @file
/// Wrong use of the workbench, told in one line.
#pragma once

#include <stdexcept>

namespace workbench::scenarios {

/// The command line, or a file that it names, asks for something that cannot be. The message is the
/// one line that the user gets: what is wrong, and what is allowed. The program exits with 2.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace workbench::scenarios
