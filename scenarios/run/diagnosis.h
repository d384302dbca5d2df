/// @file
/// From the wait board to the kind of a hang: who waits for whom, and is anybody left who could end
/// these waits? Here it is decided that a wait is orphaned.
///
/// Who may fill or empty a queue follows from its role, and that from its name
/// (trace/queue_role.h).
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "scenarios/model/run_record.h"
#include "scenarios/trace/trace.h"

namespace workbench::scenarios {

/// Is this process still there? The board may not know: a killed worker writes nothing.
using IsThere = std::function<bool(int process)>;

/// The board's part of the record: workers, queues and events. Requires: nobody writes to the trace
/// any more.
void read_board(const trace::Trace& trace, const IsThere& is_there, RunRecord& record);

/// The workers and the queues alone.
void read_standing(const trace::Trace& trace, const IsThere& is_there, RunRecord& record);

/// For a run that gave no result: enters the results that its caller had in hand into
/// `record.result.tasks`. Returns how many there were, which may be more, if the trace had no room
/// for all. Requires: `read_board` was called.
std::size_t read_results_in_hand(const trace::Trace& trace, RunRecord& record);

/// Everybody who is there and waits, the caller first.
std::vector<Wait> waits_on(const trace::Trace& trace, const IsThere& is_there);

/// What kind of hang these waits are; empty if there are none.
std::optional<HangKind> kind_of(const std::vector<Wait>& waits, const RunRecord& record);

/// Does the board alone say that the run hangs? Only if all who are there wait without a limit for
/// an item that nobody is left to push. A wait that ends by itself, a join of workers that have
/// ended, or an item on its way is none: the run may go on in the next moment.
bool board_says_hang(const std::vector<Wait>& waits, const RunRecord& record);

}  // namespace workbench::scenarios
