/// @file
/// Runs what a student has written on the test bed, as any other subject.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "scenarios/grade/kit/exercise.h"
#include "scenarios/grade/kit/locks.h"
#include "scenarios/subjects/test_bed.h"

namespace workbench::scenarios {

/// The pool of a submission.
using StudentPool = std::function<std::vector<exercise::TaskReply>(exercise::Bench& bench,
                                                                   std::size_t tasks, int workers)>;

/// The queue of a submission.
using StudentQueue = std::function<std::unique_ptr<exercise::TaskQueue>()>;

/// Runs a pool. Throws what it throws.
RunResult run_pool(const StudentPool& pool, const TestBed& bed);

/// Runs a pool whose `input_queue` it is. Not on processes.
RunResult run_queue(const StudentQueue& queue, const TestBed& bed);

}  // namespace workbench::scenarios
