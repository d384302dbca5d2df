/// @file
/// Watches one run of a subject, and says what became of it.
///
///     watchdog ──forks──▶ run ──forks──▶ workers         a process group of its own
///        ├── waits for the end of the run, and meanwhile looks whether it hangs (kernel/proof.h)
///        ├── reads the wait board and the trace in shared memory (trace/)
///        └── ends and reaps everything that is left
///
/// Requires: the calling process has no other threads and no other children.
#pragma once

#include <cstdint>

#include "scenarios/model/run_record.h"
#include "scenarios/run/run_spec.h"

namespace workbench::scenarios {

/// What the run writes to stdout and stderr.
enum class Output { to_stderr, discarded };

/// Makes the run. Throws std::system_error when the machine does not let it.
RunRecord watch_run(const RunSpec& spec, Output output, std::uint64_t seed = 1);

}  // namespace workbench::scenarios
