/// @file
/// How the workbench ends.
#pragma once

#include <stdexcept>

namespace workbench::scenarios {

/// Exit codes. Scripts depend on them.
enum ExitCode {
  kAsExpected = 0,
  kNotAsExpected = 1,  ///< an outcome differs from the expectation
  kUsage = 2,          ///< wrong arguments, or a bad scenario file
  kHang = 3,           ///< a hang, proved, where no expectation covers it
  kInternal = 4,       ///< an error of the workbench or of the system
  kDeadline = 124,  ///< the deadline passed without proof of a hang, where no expectation covers it
};

/// Wrong use, kUsage; the message is the one line that the user gets.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace workbench::scenarios
