/// @file
/// Runs a subject, checks and counts the results that its caller received, and gives the verdict.
#pragma once

#include "scenarios/model/run_record.h"
#include "scenarios/subjects/subject.h"

namespace workbench::scenarios {

/// Runs the subject, puts its results into task order and counts them. If the subject throws, the
/// exception becomes the `error` of the result.
RunResult run_subject(const Subject& subject, const TestBed& bed);

/// Puts the results into task order and counts them, for a run of so many tasks. A wrong value does
/// not count as the result of its task, and neither does a second result.
void count_results(std::size_t tasks, RunResult& result);

/// The verdict on a run that has returned.
Verdict verdict_of(const RunResult& result);

/// The tally of a run that did not return. Its caller had popped `in_hand` results: these tasks are
/// ok, and all others are missing.
Tally tally_of_unfinished(const Scenario& scenario, std::size_t in_hand);

}  // namespace workbench::scenarios
