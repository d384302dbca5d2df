/// @file
/// The matrix of verdicts: a line for each scenario and runtime, a column for each subject.
///
///     scenario         runtime   naive           reactor-      reactor-
///                                                keep-going    stop-on-error
///     all-workers-fail threads   + hang (proved) + stopped     + stopped
///                      processes + hang (proved) + stopped     + stopped
///
/// A table is at most 80 columns wide. Subjects that do not fit into the first table follow in
/// another. If a run was made several times, its cell counts the verdicts: `hang 17, completed 23`.
#pragma once

#include <string>
#include <vector>

#include "scenarios/report/color.h"
#include "scenarios/run/judgement.h"

namespace workbench::scenarios {

enum class Grouping {
  none,
  language,  ///< a table, or several, for each language of an outside subject
};

std::string matrix(const std::vector<JudgedRun>& runs, const Palette& palette,
                   Grouping grouping = Grouping::none);

}  // namespace workbench::scenarios
