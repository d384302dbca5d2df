/// @file
/// The exit codes of the workbench.
#pragma once

#include "scenarios/run/judgement.h"

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

/// The exit code of `workbench run` after this run.
ExitCode exit_code_of(const JudgedRun& run);

}  // namespace workbench::scenarios
