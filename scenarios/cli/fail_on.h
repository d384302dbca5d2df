/// @file
/// `--fail-on`: verdicts that make the program end with 1, whatever was expected.
#pragma once

#include <string>
#include <vector>

#include "scenarios/cli/common_options.h"
#include "scenarios/model/verdict.h"

namespace workbench::scenarios {

class FailOn {
 public:
  /// Adds `--fail-on`. This object must outlive `command`.
  void add_to(CLI::App& command);

  /// Throws UsageError if what was given is no verdict. To be called before the runs are made.
  std::vector<Verdict> verdicts() const;

 private:
  std::vector<std::string> names_{};
};

bool contains(const std::vector<Verdict>& verdicts, Verdict verdict);

}  // namespace workbench::scenarios
