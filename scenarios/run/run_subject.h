/// @file
/// Runs a subject, and says what its caller received: results counted, each one checked, a verdict.
#pragma once

#include "scenarios/model/run_record.h"
#include "scenarios/subjects/subject.h"

namespace workbench::scenarios {

/// Runs the subject, puts its results into task order and counts them. If it throws something that
/// is not one of a pool's own errors, that is its result, too.
RunResult run_subject(const Subject& subject, const TestBed& bed);

/// The verdict on a run that has returned.
Verdict verdict_of(const RunResult& result);

/// The tally of a run that gave no result: `in_hand` tasks are ok, those whose results its caller
/// had popped, and all others are missing.
Tally tally_of_unfinished(const Scenario& scenario, std::size_t in_hand);

}  // namespace workbench::scenarios
