/// @file
/// `workbench watch -- COMMAND`: the watchdog over a program that we did not write.
///
///     watchdog (subreaper) ──forks──▶ COMMAND ──▶ whatever it starts
///
/// Its output passes through, and so do its exit code, what a terminal sends, and SIGINT, SIGTERM
/// and SIGHUP. The first Ctrl-C is the command's to answer, as it would be without the watchdog; a
/// second one ends the whole tree, and so do five seconds after any other of these signals. It
/// hangs only if that is proved (kernel/proof.h); a server that waits for clients, or a shell that
/// waits for a person, does not: somebody outside could wake it.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "scenarios/exit_code.h"
#include "scenarios/palette.h"

namespace workbench::scenarios {

struct WatchOptions {
  std::vector<std::string> command{};
  std::chrono::milliseconds deadline{0};  ///< 0: none; it may run for as long as it is alive
  bool json = false;  ///< one object to stdout; what the command writes there goes to stderr
  ColorMode color = ColorMode::automatic;
};

/// The command cannot be run.
struct NoSuchCommand : UsageError {
  using UsageError::UsageError;
};

/// Runs the command to its end, or until it is proved to hang, is past the deadline, or does not
/// heed an interrupt; then ends whatever is left of it, and says so where it may not. Returns the
/// exit code. Throws NoSuchCommand.
int watch(const WatchOptions& options);

}  // namespace workbench::scenarios
