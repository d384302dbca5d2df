/// @file
/// The traces of runs as data for the page, where its script replays them
/// (scenarios/report/web/source/trace.ts reads them).
#pragma once

#include <string>
#include <vector>

#include "scenarios/run/judgement.h"

namespace workbench::scenarios {

/// A JSON object: the events of all runs that have some, and what was seen of the end of each, so
/// that a replay can be held against it. Words that appear more than once, and the sources of the
/// pools, are there once. Of a very long run it has the first events, and their number that are
/// left out. Every `<` is escaped, so that it may stand in a `<script>`.
std::string replay_data(const std::vector<JudgedRun>& runs);

/// Can this run be replayed?
bool can_be_replayed(const JudgedRun& run);

}  // namespace workbench::scenarios
