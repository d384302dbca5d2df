/// @file
/// Which runs are to be made.
#pragma once

#include <string>
#include <vector>

#include "scenarios/model/runtime_kind.h"
#include "scenarios/model/scenario.h"
#include "scenarios/subjects/subject.h"

namespace workbench::scenarios {

/// One run: this pool, in this scenario, on this runtime. Scenario and subject must outlive it.
struct RunSpec {
  const Scenario* scenario;
  const Subject* subject;
  RuntimeKind runtime = RuntimeKind::threads;
  std::string schedule{};  ///< of a simulated run

  /// What the scenario expects of the run, or else the subject's own file; null: nothing is.
  const Expectation* expectation() const;

  /// The command that repeats the run: `workbench run no-fault --subject naive --runtime threads`.
  std::string command() const;
};

/// All runs of which these scenarios expect something. If a scenario expects nothing at all, every
/// run that is possible with it. With `only` (names of subjects), every run of these subjects
/// instead. Outside subjects are only among those that are named.
std::vector<RunSpec> specs_of(const std::vector<Scenario>& scenarios,
                              const std::vector<std::string>& only = {});

}  // namespace workbench::scenarios
