#include "scenarios/cli/common_options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstddef>
#include <limits>
#include <map>
#include <utility>

#include "scenarios/model/usage_error.h"

namespace workbench::scenarios {
namespace {

constexpr int kMostWorkers = 1024;
constexpr int kMostTasks = 10'000'000;

}  // namespace

void add_color(CLI::App& app, ColorMode& color) {
  const std::map<std::string, ColorMode> modes{
      {"auto", ColorMode::automatic}, {"always", ColorMode::always}, {"never", ColorMode::never}};
  app.add_option_function<std::string>(
         "--color", [&color, modes](const std::string& mode) { color = modes.at(mode); },
         "auto, always or never")
      ->check(CLI::IsMember(modes).description(""))
      ->option_text("WHEN");
}

void add_seed(CLI::App& command, std::uint64_t& seed) {
  command.add_option("--seed", seed, "for what is left to chance (default: 1)")
      ->check(CLI::Range(std::int64_t{0}, std::numeric_limits<std::int64_t>::max()))
      ->option_text("N");
}

void add_which_run(CLI::App& command, WhichRun& which) {
  command.add_option("scenario", which.scenario, "a name of the catalogue, or a .toml file")
      ->required()
      ->option_text("SCENARIO|FILE.toml");
  command.add_option("--subject", which.subject, "which pool")->required()->option_text("NAME");
}

void add_size(CLI::App& command, SizeOptions& size) {
  command.add_option("--workers", size.workers, "instead of the scenario's number")
      ->check(CLI::Range(1, kMostWorkers))
      ->option_text("N");
  command.add_option("--tasks", size.tasks, "instead of the scenario's number")
      ->check(CLI::Range(0, kMostTasks))
      ->option_text("N");
}

Scenario SizeOptions::applied_to(Scenario scenario) const {
  const auto own = std::pair(scenario.workers, scenario.tasks);
  if (workers != 0) {
    scenario.workers = workers;
    scenario.words += fmt::format(" --workers {}", workers);
  }
  if (tasks >= 0) {
    scenario.tasks = static_cast<std::size_t>(tasks);
    for (const Fault& fault : scenario.faults) {
      if (!fault.task || *fault.task < scenario.tasks) continue;
      throw UsageError(fmt::format("--tasks {}: a fault of {} strikes task {}; allowed: {} or more",
                                   tasks, scenario.name, *fault.task, *fault.task + 1));
    }
    scenario.words += fmt::format(" --tasks {}", tasks);
  }
  if (std::pair(scenario.workers, scenario.tasks) != own) {
    scenario.expect.clear();
    scenario.is_resized = true;
  }
  return scenario;
}

}  // namespace workbench::scenarios
