/// @file
/// Reads the wait board: who waits for whom, who is gone, and what that makes of a hang.
///
/// Who may fill or empty which queue follows from its name, the names that the seed of all these
/// pools gave them: `input_queue` is filled by the caller, `result_queue` and `error_queue` by the
/// workers. Any other queue may be filled and emptied by everybody.
#pragma once

#include <functional>

#include "core/trace/trace.h"
#include "scenarios/record.h"

namespace workbench::scenarios {

/// Is this process still there? The board may not know: a killed worker writes nothing.
using IsThere = std::function<bool(int process)>;

/// The board's part of the record: workers, queues, events, and, for a run that gave no account,
/// the results that its caller had in hand. Requires: nobody writes to the trace any more.
void read_board(const trace::Trace& trace, const IsThere& is_there, RunRecord& record);

/// The workers and the queues alone.
void read_standing(const trace::Trace& trace, const IsThere& is_there, RunRecord& record);

/// Everybody who is there and waits, the caller first.
std::vector<Wait> waits_on(const trace::Trace& trace, const IsThere& is_there);

/// What kind of hang these waits are; empty if there are none.
std::optional<HangKind> kind_of(const std::vector<Wait>& waits, const RunRecord& record);

/// Does the board alone say that the run hangs? Only if all who are there wait without a limit for
/// an item that nobody is left to push. A wait that ends by itself, a join of workers that have
/// ended, or an item on its way is none: the run may go on in the next moment.
bool board_says_hang(const std::vector<Wait>& waits, const RunRecord& record);

}  // namespace workbench::scenarios
