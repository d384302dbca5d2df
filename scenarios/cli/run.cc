// `workbench run`: one run, watched and explained.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

#include "scenarios/cli/commands.h"
#include "scenarios/cli/selection.h"
#include "scenarios/model/usage_error.h"
#include "scenarios/report/explanation.h"
#include "scenarios/report/json.h"
#include "scenarios/run/simulation.h"
#include "scenarios/run/watchdog.h"

namespace workbench::scenarios {
namespace {

struct RunOptions {
  WhichRun which{};
  std::string runtime{};  ///< empty: the first runtime of the subject
  SizeOptions size{};
  std::string schedule{};  ///< of a simulated run
  bool json = false;
  bool full_trace = false;
  std::string trace{};  ///< a file for the trace, as JSON Lines; empty: none
  std::uint64_t seed = 1;
};

RuntimeKind runtime_of(const RunOptions& options, const Subject& subject) {
  const auto& possible = subject.runtimes;
  if (options.runtime.empty()) return possible.front();
  const auto runtime = named<RuntimeKind>(options.runtime);
  if (!runtime) {
    throw UsageError(unknown_name("runtime", options.runtime, all_names<RuntimeKind>()));
  }
  if (*runtime != RuntimeKind::simulated &&
      std::find(possible.begin(), possible.end(), *runtime) == possible.end()) {
    std::vector<std::string_view> names;
    names.reserve(possible.size());
    for (const RuntimeKind each : possible) names.push_back(name_of(each));
    throw UsageError(fmt::format("{} does not run on {}; allowed: {}", subject.name,
                                 options.runtime, fmt::join(names, ", ")));
  }
  return *runtime;
}

JudgedRun make_run(const RunSpec& spec, std::uint64_t seed) {
  RunRecord record =
      spec.runtime == RuntimeKind::simulated
          ? Simulation(*spec.subject, *spec.scenario).run(parse_schedule(spec.schedule))
          : watch_run(spec, Output::to_stderr, seed);
  record.seed = seed;
  return judge(spec, std::move(record));
}

// Throws std::runtime_error if the trace cannot be written.
int run(const RunOptions& options, ColorMode color) {
  Scenario scenario = options.size.applied_to(find_scenario(options.which.scenario));
  forget_expectations(scenario, parse_schedule(options.schedule).options);
  const Subject& subject = find_known_subject(options.which.subject);
  const RuntimeKind runtime = runtime_of(options, subject);
  if (!options.schedule.empty() && runtime != RuntimeKind::simulated) {
    throw UsageError("--schedule is for --runtime simulated only");
  }
  std::ofstream trace;
  if (!options.trace.empty()) {
    trace.open(options.trace);
    if (!trace) throw std::runtime_error("cannot write to " + options.trace);
  }
  const JudgedRun run = make_run({&scenario, &subject, runtime, options.schedule}, options.seed);
  if (trace.is_open()) {
    write_trace(run.record, trace);
    if (!trace.flush()) throw std::runtime_error("cannot write to " + options.trace);
    if (run.record.dropped_events > 0) {
      fmt::print(stderr, "workbench: the trace has no room for the last {} events\n",
                 run.record.dropped_events);
    }
  }
  if (options.json) {
    fmt::print("{}\n", as_text(to_json(run)));
  } else {
    const Frames frames = options.full_trace ? Frames::all : Frames::of_the_user;
    fmt::print("{}", text_of(run, Palette(color, STDOUT_FILENO), frames));
  }
  return exit_code_of(run);
}

}  // namespace

void add_run(CLI::App& app, CommandLine& line) {
  const auto options = std::make_shared<RunOptions>();
  CLI::App* command = app.add_subcommand("run", "One run in a watched child process, explained");
  add_which_run(*command, options->which);
  command->add_option("--runtime", options->runtime, "what its workers are (default: threads)")
      ->option_text("NAME");
  add_size(*command, options->size);
  command->add_option("--schedule", options->schedule, "of a simulated run, as `explore` names it")
      ->option_text("S");
  command->add_flag("--json", options->json, "as one JSON object");
  command->add_flag("--full-trace", options->full_trace,
                    "tracebacks with the workbench's own frames");
  command->add_option("--trace", options->trace, "write what happened, one JSON object a line")
      ->option_text("FILE");
  add_seed(*command, options->seed);
  command->callback([options, &line] { line.exit_code = run(*options, line.color); });
}

}  // namespace workbench::scenarios
