/// @file
/// The watchdog over a program that we did not write.
///
///     watchdog (subreaper) ──forks──▶ COMMAND ──▶ whatever it starts
///
/// The watchdog stays in the background. What the program writes passes through. So do the signals
/// of the terminal, and SIGINT, SIGTERM and SIGHUP from others. The program may answer the first
/// Ctrl-C, as it could without the watchdog; a second Ctrl-C ends the whole tree. After any other
/// of these signals the program has five seconds, then the tree is ended.
///
/// The verdict is `hang` only if that is proved (hang_proof/proof.h). A server that waits for
/// clients, or a shell that waits for a person, does not hang: somebody outside could wake it.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "scenarios/hang_proof/proof.h"
#include "scenarios/model/usage_error.h"
#include "scenarios/model/verdict.h"
#include "scenarios/process/child_process.h"

namespace workbench::scenarios {

/// Which program, and how it is watched.
struct ProgramSpec {
  std::vector<std::string> command{};
  std::chrono::milliseconds deadline{0};  ///< 0: none
  bool stdout_to_stderr = false;
};

/// What was seen of the program.
struct ProgramRecord {
  Verdict verdict = Verdict::completed;  ///< completed, hang, stuck or crash
  ProcessEnd end{};                      ///< if it has ended
  hang_proof::Finding finding{};         ///< if it has not ended: what the last examination found
  double elapsed_ms = 0;
  int interrupted_by = 0;        ///< the last signal that asked it to end; 0: none
  bool ended_by_force = false;   ///< it did not answer that signal in time, or was asked twice
  std::size_t left_behind = 0;   ///< how many processes outlived the program
  std::vector<pid_t> defiant{};  ///< processes that we were not permitted to end
};

/// The command cannot be run.
struct NoSuchCommand : UsageError {
  using UsageError::UsageError;
};

/// Runs the command until it ends, is proved to hang, has passed the deadline, or does not obey an
/// interrupt. Then ends all that is left of it. Throws NoSuchCommand.
ProgramRecord watch_program(const ProgramSpec& spec);

}  // namespace workbench::scenarios
