/// @file
/// Where the exercises are.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <string>

namespace workbench::scenarios {

/// Adds `--exercises`.
inline void add_exercise_folder(CLI::App& command, std::string& folder) {
  command.add_option("--exercises", folder, "a folder of exercises (default: docs/exercises)")
      ->option_text("DIR");
}

/// The folder that was named, or that of the checkout from which this program was built.
inline std::filesystem::path exercise_folder(const std::string& named) {
  return named.empty() ? WORKBENCH_SOURCES "/docs/exercises" : named;
}

}  // namespace workbench::scenarios
