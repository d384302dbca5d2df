#include "scenarios/cli.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <exception>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "scenarios/compare.h"
#include "scenarios/palette.h"
#include "scenarios/scenario_file.h"
#include "scenarios/subject.h"

namespace workbench::scenarios {
namespace {

/// Wrong use; the message is the one line that the user gets.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

KnownNames known_names() { return {.subjects = subject_names(), .runtimes = runtime_names()}; }

std::vector<std::string> catalogue_names() {
  std::vector<std::string> names;
  names.reserve(catalogue_files().size());
  for (const auto& file : catalogue_files()) names.emplace_back(file.name);
  return names;
}

// A name of the catalogue, or a file.
Scenario find_scenario(const std::string& name) {
  for (const auto& file : catalogue_files()) {
    if (file.name == name) return parse_scenario(file.text, name + ".toml", known_names());
  }
  if (name.ends_with(".toml") || name.find('/') != std::string::npos) {
    return load_scenario(name, known_names());
  }
  throw UsageError(unknown_name("scenario", name, catalogue_names()));
}

std::vector<Scenario> find_scenarios(const std::vector<std::string>& names) {
  const std::vector<std::string>& wanted = names.empty() ? catalogue_names() : names;
  std::vector<Scenario> scenarios;
  scenarios.reserve(wanted.size());
  for (const auto& name : wanted) scenarios.push_back(find_scenario(name));
  return scenarios;
}

int list() {
  fmt::print("scenarios\n");
  for (const Scenario& scenario : find_scenarios({})) {
    fmt::print("  {:<22} {}\n", scenario.name, scenario.title);
  }
  fmt::print("\nsubjects\n");
  for (const Subject& subject : subjects()) {
    fmt::print("  {:<22} {}\n", subject.name, subject.description);
  }
  return kAsExpected;
}

int dispatch(int argc, char** argv) {
  CLI::App app("Shows how worker pools fail, and how a reactor does not.", "workbench");
  app.set_version_flag("--version", "workbench " WORKBENCH_VERSION);
  app.require_subcommand(1);
  app.fallthrough();

  ColorMode color = ColorMode::automatic;
  const std::map<std::string, ColorMode> modes{
      {"auto", ColorMode::automatic}, {"always", ColorMode::always}, {"never", ColorMode::never}};
  app.add_option("--color", color, "auto, always or never")
      ->transform(CLI::CheckedTransformer(modes).description(""))
      ->option_text("WHEN");

  int code = kAsExpected;
  app.add_subcommand("list", "The scenarios and the subjects")->callback([&] { code = list(); });

  std::vector<std::string> names;
  CLI::App* compare_command =
      app.add_subcommand("compare", "Run every subject through scenarios, side by side");
  compare_command->add_option("scenario", names, "names of the catalogue or .toml files; none: all")
      ->option_text("SCENARIO|FILE.toml ...");
  compare_command->callback([&] { code = compare(find_scenarios(names), color); });

  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {  // --help, --version
    return app.exit(asked);
  } catch (const CLI::ParseError& error) {
    const std::vector<std::string> strays = app.remaining();
    if (!strays.empty() && app.get_subcommands().empty() && !strays.front().starts_with('-')) {
      throw UsageError(unknown_name("command", strays.front(), {"list", "compare"}));
    }
    std::string line = error.what();
    std::replace(line.begin(), line.end(), '\n', ' ');
    throw UsageError(line + " (see workbench --help)");
  }
  return code;
}

}  // namespace

int run_cli(int argc, char** argv) {
  try {
    return dispatch(argc, argv);
  } catch (const UsageError& error) {
    fmt::print(stderr, "workbench: {}\n", error.what());
    return kUsage;
  } catch (const ScenarioError& error) {
    fmt::print(stderr, "{}\n", error.what());
    return kUsage;
  } catch (const std::exception& error) {
    fmt::print(stderr, "workbench: {}\n", error.what());
    return kInternal;
  }
}

}  // namespace workbench::scenarios
