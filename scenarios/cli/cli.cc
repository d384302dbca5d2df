#include "scenarios/cli/cli.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <exception>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/one_line.h"
#include "scenarios/cli/commands.h"
#include "scenarios/cli/exit_code.h"
#include "scenarios/model/enum_names.h"
#include "scenarios/model/scenario_file.h"
#include "scenarios/model/usage_error.h"
#include "scenarios/process/orderly_end.h"

namespace workbench::scenarios {
namespace {

int dispatch(int argc, char** argv) {
  CLI::App app("Shows how worker pools fail, and how a reactor does not.", "workbench");
  app.set_version_flag("--version", "workbench " WORKBENCH_VERSION);
  app.require_subcommand(1);
  app.fallthrough();
  CommandLine line;
  add_color(app, line.color);
  for (const auto add : {add_list, add_compare, add_run, add_watch, add_explore, add_report,
                         add_explain, add_exercises, add_grade, add_questions}) {
    add(app, line);
  }
  try {
    app.parse(take_watched(app, line, argc, argv), argv);
  } catch (const CLI::Success& asked) {  // --help, --version
    return app.exit(asked);
  } catch (const CLI::ParseError& error) {
    const std::vector<std::string> strays = app.remaining();
    if (!strays.empty() && app.get_subcommands().empty() && !strays.front().starts_with('-')) {
      std::vector<std::string> known;
      for (const CLI::App* each : app.get_subcommands({})) known.push_back(each->get_name());
      throw UsageError(unknown_name("command", strays.front(), known));
    }
    std::string message = error.what();
    if (app.got_subcommand("watch") && line.watched.empty()) {
      message += "; what is meant for the program stands behind --: workbench watch -- PROGRAM -x";
    }
    throw UsageError(message + " (see workbench --help)");
  }
  return line.exit_code;
}

// Not with fmt::print, which throws if stderr cannot be written to.
int end(const std::string& message, ExitCode code) {
  std::fputs((on_one_line(message) + "\n").c_str(), stderr);
  return code;
}

}  // namespace

int guarded(const std::function<int()>& action) {
  try {
    const int code = action();
    // Most of the output is written only now, so only now do we learn whether that is possible.
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
      throw std::runtime_error("cannot write the output");
    }
    return code;
  } catch (const AskedToEnd& asked) {
    std::raise(asked.signal);  // who waits for us shall see what has ended us
    return kInternal;
  } catch (const UsageError& error) {
    return end(fmt::format("workbench: {}", error.what()), kUsage);
  } catch (const TomlFileError& error) {
    return end(error.what(), kUsage);
  } catch (const std::exception& error) {
    return end(fmt::format("workbench: {}", error.what()), kInternal);
  }
}

int run_cli(int argc, char** argv) {
  return guarded([&] { return dispatch(argc, argv); });
}

}  // namespace workbench::scenarios
