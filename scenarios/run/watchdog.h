/// @file
/// Watches one run of a subject, and says what became of it.
///
///     watchdog ──forks──▶ run ──forks──▶ workers         a process group of its own
///        ├── waits for the end of the run, and meanwhile asks hang_proof/proof.h whether it hangs
///        ├── reads the wait board and the trace in shared memory (trace/)
///        └── ends and reaps everything that is left
///
/// Requires: the calling process has no other threads and no other children.
#pragma once

#include <cstdint>

#include "scenarios/model/run_record.h"
#include "scenarios/run/run_spec.h"

namespace workbench::scenarios {

/// Where the run's stdout and stderr go.
enum class Output { to_stderr, discarded };

/// Where each thread stands in a program that does not end by itself. To find out may take a
/// second, if the tools of its language are asked.
enum class Stacks { wanted, left_out };

/// Throws UsageError if this process has other threads: those of a pool that a subject has made too
/// early, at namespace scope perhaps. They are not in the process that is forked for a run, and the
/// pool would seem to hang.
void refuse_other_threads();

/// A record in which only stands which run it is of.
RunRecord record_of_nothing(const RunSpec& spec);

/// Makes the run, and returns what was seen of it. Throws std::system_error if the system refuses
/// something, AskedToEnd if a signal asks for the end, and as `refuse_other_threads` does.
RunRecord watch_run(const RunSpec& spec, Output output, std::uint64_t seed = 1,
                    Stacks stacks = Stacks::wanted);

}  // namespace workbench::scenarios
