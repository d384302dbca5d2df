/// @file
/// A subject: a pool that can be put through the scenarios.
///
/// To add one, write one file in scenarios/subjects/pools/, with a function that runs the pool on a
/// scenario and returns what its caller received, and a Registration. Nothing else needs to be
/// changed.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "scenarios/model/run_result.h"
#include "scenarios/subjects/test_bed.h"

namespace workbench::scenarios {

struct Subject {
  std::string name;
  std::string description;            ///< one line
  std::vector<RuntimeKind> runtimes;  ///< some of kRealRuntimes
  bool on_our_runtimes = false;       ///< then it can also be simulated
  /// Runs the scenario to its end, if it has one, and returns what the caller received: results in
  /// any order, failures, the error. They are counted elsewhere (run/run_subject.h). Called in a
  /// process of its own, unless the run is simulated.
  std::function<RunResult(const TestBed&)> run;
  int rank = 100;  ///< its place in lists; subjects of equal rank are sorted by name
};

/// All subjects, in the order of lists.
const std::vector<Subject>& subjects();

/// The subject of this name; null if there is none.
const Subject* find_subject(const std::string& name);

std::vector<std::string> subject_names();

/// Makes a subject known: `const Registration registration{{.name = "mine", …}};` at namespace
/// scope.
struct Registration {
  explicit Registration(Subject subject);
};

}  // namespace workbench::scenarios
