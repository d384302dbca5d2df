/// @file
/// Many runs, some at a time, each under a watchdog process of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "scenarios/record.h"
#include "scenarios/scenario.h"
#include "scenarios/subject.h"

namespace workbench::scenarios {

/// One run to be made.
struct Job {
  const Scenario* scenario;
  const Subject* subject;
  std::string runtime;

  const Expectation* expectation() const { return scenario->expectation(subject->name, runtime); }
};

/// Every run that these scenarios say something about; of a scenario that says nothing, every run
/// that there can be. With `only`, names of subjects: every run of theirs instead.
std::vector<Job> jobs_of(const std::vector<Scenario>& scenarios,
                         const std::vector<std::string>& only = {});

/// The records of all, in the order of `jobs`. `done` is called after each with how many are.
/// Throws std::system_error when the machine does not let it, std::runtime_error when a watchdog
/// ends without a word. Requires: the calling process has no other threads and no other children.
std::vector<RunRecord> watch_all(const std::vector<Job>& jobs, std::uint64_t seed,
                                 const std::function<void(std::size_t)>& done);

}  // namespace workbench::scenarios
