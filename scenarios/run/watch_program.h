/// @file
/// The watchdog over a program that we did not write.
///
///     watchdog (subreaper) ──forks──▶ COMMAND ──▶ whatever it starts
///
/// What the program writes passes through, and so do what a terminal sends, and SIGINT, SIGTERM and
/// SIGHUP. The first Ctrl-C is the program's to answer, as it would be without the watchdog; a
/// second one ends the whole tree, and so do five seconds after any other of these signals. It
/// hangs only if that is proved (hang_proof/proof.h); a server that waits for clients, or a shell
/// that waits for a person, does not: somebody outside could wake it.
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
  std::chrono::milliseconds deadline{0};  ///< 0: none; it may run for as long as it is alive
  bool stdout_to_stderr = false;
};

/// What was seen of it.
struct ProgramRecord {
  Verdict verdict = Verdict::completed;  ///< completed, hang, stuck or crash
  ProcessEnd end{};                      ///< if it has ended
  hang_proof::Finding finding{};         ///< the last look, if it has not
  double elapsed_ms = 0;
  int interrupted_by = 0;        ///< the last interrupt
  bool ended_by_force = false;   ///< because of it
  std::size_t left_behind = 0;   ///< processes that outlived the program
  std::vector<pid_t> defiant{};  ///< those of them that could not be ended
};

/// The command cannot be run.
struct NoSuchCommand : UsageError {
  using UsageError::UsageError;
};

/// Runs the command to its end, or until it is proved to hang, is past the deadline, or does not
/// heed an interrupt; then ends whatever is left of it. Throws NoSuchCommand.
ProgramRecord watch_program(const ProgramSpec& spec);

}  // namespace workbench::scenarios
