/// @file
/// A compiled answer as a subject.
///
/// Its library is loaded in the process of the run alone: whatever it does there, the watchdog and
/// the grader have not loaded it. What the process tells is sealed with a number that is drawn for
/// each run, because the answer could write into the same file. (Who searches the memory of the
/// process for that number can still forge. No program can protect a part of itself from another
/// part; but such a file does not look like an answer.)
#pragma once

#include <cstdint>
#include <filesystem>

#include "scenarios/grade/exercise.h"
#include "scenarios/run/judgement.h"
#include "scenarios/subjects/subject.h"

namespace workbench::scenarios {

/// A number that nobody can guess.
std::uint64_t draw_seal();

/// Requires: `library` was built for this form.
Subject answer_as_subject(const std::filesystem::path& library, AnswerForm form,
                          std::uint64_t seal);

/// Holds what the run has told against what was seen of it, and adds what does not fit to its
/// differences: a result that is not sealed, a value without an action, an action that the caller
/// has carried out itself, a queue that was too deep.
void cross_check(const Claim& claim, std::uint64_t seal, JudgedRun& run);

}  // namespace workbench::scenarios
