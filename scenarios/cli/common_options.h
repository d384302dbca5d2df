/// @file
/// Options that several commands have. Each command has its own variables for them: two commands
/// never share one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/cli/exit_code.h"
#include "scenarios/model/scenario.h"
#include "scenarios/report/color.h"

namespace CLI {
class App;
}  // namespace CLI

namespace workbench::scenarios {

/// Options that may stand before or behind any command, and how the program ends.
struct CommandLine {
  ColorMode color = ColorMode::automatic;
  std::vector<std::string> watched{};  ///< the program that `watch` is to run, as given behind --
  int exit_code = kAsExpected;         ///< set by the command that was called
};

/// Adds `--color`.
void add_color(CLI::App& app, ColorMode& color);

/// Adds `--seed`.
void add_seed(CLI::App& command, std::uint64_t& seed);

/// The scenario and the pool that a command is about. `add_which_run` adds both; both must be
/// given.
struct WhichRun {
  std::string scenario{};
  std::string subject{};
};
void add_which_run(CLI::App& command, WhichRun& which);

/// Numbers that replace those of the scenario.
struct SizeOptions {
  int workers = 0;  ///< 0: as in the file
  int tasks = -1;   ///< -1: as in the file

  /// The scenario with these numbers. If they differ from its own, its expectations are dropped,
  /// because they hold for its own numbers only. Throws UsageError if a fault strikes a task that
  /// would not exist.
  Scenario applied_to(Scenario scenario) const;
};
void add_size(CLI::App& command, SizeOptions& size);

}  // namespace workbench::scenarios
