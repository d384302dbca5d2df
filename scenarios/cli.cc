#include "scenarios/cli.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <exception>
#include <string>
#include <vector>

#include "scenarios/commands.h"
#include "scenarios/exit_code.h"
#include "scenarios/names.h"
#include "scenarios/scenario_file.h"

namespace workbench::scenarios {
namespace {

int dispatch(int argc, char** argv) {
  CLI::App app("Shows how worker pools fail, and how a reactor does not.", "workbench");
  app.set_version_flag("--version", "workbench " WORKBENCH_VERSION);
  app.require_subcommand(1);
  app.fallthrough();
  Commands commands(app);
  try {
    app.parse(commands.take_watched(argc, argv), argv);
  } catch (const CLI::Success& asked) {  // --help, --version
    return app.exit(asked);
  } catch (const CLI::ParseError& error) {
    const std::vector<std::string> strays = app.remaining();
    if (!strays.empty() && app.get_subcommands().empty() && !strays.front().starts_with('-')) {
      std::vector<std::string> known;
      for (const CLI::App* each : app.get_subcommands({})) known.push_back(each->get_name());
      throw UsageError(unknown_name("command", strays.front(), known));
    }
    std::string line = error.what();
    std::replace(line.begin(), line.end(), '\n', ' ');
    throw UsageError(line + " (see workbench --help)");
  }
  return commands.code();
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
