#include "scenarios/cli/exit_code.h"

namespace workbench::scenarios {

ExitCode exit_code_of(const JudgedRun& run) {
  if (run.is_different()) return kNotAsExpected;
  if (run.mark == Mark::as_expected) return kAsExpected;
  const RunRecord& record = run.record;
  if (record.hang && record.hang->proof == Proof::proved) return kHang;
  // A corroborated hang is treated like `stuck`: the run did not end, but nothing is proved.
  const bool unended = record.verdict == Verdict::hang || record.verdict == Verdict::stuck;
  return unended ? kDeadline : kAsExpected;
}

}  // namespace workbench::scenarios
