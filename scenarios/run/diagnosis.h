/// @file
/// From the wait board to the kind of a hang: which actors wait, for which others, and is anybody
/// left who could end these waits? Here it is decided that a wait is orphaned.
///
/// The role of a queue says which actors may fill it and which may empty it; the role follows from
/// its name (trace/queue_role.h).
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "scenarios/model/run_record.h"
#include "scenarios/trace/trace.h"

namespace workbench::scenarios {

/// Does this process still exist? The board may not know, because a process that is killed cannot
/// write its own end.
using IsThere = std::function<bool(int process)>;

/// Fills in the part of the record that comes from the trace: workers, queues and events. Requires:
/// nobody writes to the trace any more.
void read_board(const trace::Trace& trace, const IsThere& is_there, RunRecord& record);

/// The same, for the workers and the queues alone.
void read_standing(const trace::Trace& trace, const IsThere& is_there, RunRecord& record);

/// For a run that did not return: puts the results that its caller had popped into
/// `record.result.tasks`. Returns how many it had popped; that may be more, if the trace had no
/// room for all events. Requires: `read_board` was called.
std::size_t read_results_in_hand(const trace::Trace& trace, RunRecord& record);

/// All actors that are alive and wait, the caller first.
std::vector<Wait> waits_on(const trace::Trace& trace, const IsThere& is_there);

/// What kind of hang these waits are; empty if there are none.
std::optional<HangKind> kind_of(const std::vector<Wait>& waits, const RunRecord& record);

/// Does the board alone say that the run hangs? Only if every actor that is alive waits without a
/// limit for an item, and nobody is left to push one. It does not say so if a wait has a limit, if
/// an actor joins workers, or if the item is already on its way: then the run may go on in the next
/// moment.
bool board_says_hang(const std::vector<Wait>& waits, const RunRecord& record);

}  // namespace workbench::scenarios
