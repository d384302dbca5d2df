/// @file
/// The same run, made several times: a race may show itself in some of them only.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/run/judgement.h"

namespace workbench::scenarios {

class RepeatedRuns {
 public:
  void add(JudgedRun run);

  /// The one to show. Requires: a run was added.
  const JudgedRun& worst() const { return *worst_; }

  /// Had one of the runs one of these verdicts?
  bool any_of(const std::vector<Verdict>& verdicts) const;

  /// How often each verdict was given, by its name.
  const std::map<std::string, std::size_t>& counts() const { return counts_; }

  /// `40 runs: 17 hang, 23 completed. One of the worst:`
  std::string summary() const;

 private:
  std::optional<JudgedRun> worst_{};
  std::map<std::string, std::size_t> counts_{};
  std::size_t total_ = 0;
};

}  // namespace workbench::scenarios
