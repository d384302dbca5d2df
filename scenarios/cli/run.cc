// `workbench run`: one run, watched and explained.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/cli/commands.h"
#include "scenarios/cli/fail_on.h"
#include "scenarios/cli/selection.h"
#include "scenarios/cli/subject_options.h"
#include "scenarios/model/usage_error.h"
#include "scenarios/report/explanation.h"
#include "scenarios/report/graphs/architecture.h"
#include "scenarios/report/graphs/wait_for.h"
#include "scenarios/report/json.h"
#include "scenarios/report/timeline/chrome_trace.h"
#include "scenarios/report/timeline/timeline.h"
#include "scenarios/run/repeated_runs.h"
#include "scenarios/run/simulation.h"
#include "scenarios/run/watch_all.h"

namespace workbench::scenarios {
namespace {

struct RunOptions {
  WhichRun which{};
  SubjectOptions subjects{};
  std::string runtime{};  ///< empty: the first runtime of the subject
  SizeOptions size{};
  std::string schedule{};  ///< of a simulated run
  bool json = false;
  bool full_trace = false;
  std::string timeline{};  ///< a file for the timeline, as SVG; empty: none
  std::string dot{};       ///< a file for a drawing, as a text for Graphviz; empty: none
  std::string dot_of{};    ///< what it shows; empty: who waits for whom, or else the architecture
  std::string trace{};     ///< a file for the trace; empty: none
  std::string trace_format = "jsonl";
  std::uint64_t seed = 1;
  FailOn fail_on{};
  std::size_t repeat = 1;  ///< how often the run is made
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

// Whoever brings one subject along means that one.
std::string subject_of(const RunOptions& options, const std::vector<std::string>& brought) {
  if (!options.which.subject.empty()) return options.which.subject;
  if (brought.size() == 1) return brought.front();
  throw UsageError(fmt::format("--subject is missing; allowed: {}",
                               fmt::join(brought.empty() ? subject_names() : brought, ", ")));
}

JudgedRun make_run(const RunSpec& spec, std::uint64_t seed) {
  if (spec.runtime != RuntimeKind::simulated) return watch_one(spec, seed, Output::to_stderr);
  RunRecord record = Simulation(*spec.subject, *spec.scenario).run(parse_schedule(spec.schedule));
  record.seed = seed;
  return judge(spec, std::move(record));
}

// Throws std::runtime_error if there is nothing to draw, or if the file cannot be written.
void write_dot(const RunOptions& options, const RunRecord& record) {
  std::string dot;
  if (options.dot_of != "architecture") dot = wait_for_graph(record);
  if (dot.empty() && options.dot_of != "wait-for" && !record.queues.empty()) {
    dot = architecture(record);
  }
  if (dot.empty()) {
    throw std::runtime_error(options.dot_of == "wait-for" ? "nothing to draw: nobody waits"
                                                          : "nothing to draw: no queue is known");
  }
  std::ofstream out(options.dot);
  out << dot;
  if (!out.flush()) throw std::runtime_error("cannot write to " + options.dot);
}

// Throws std::runtime_error if the trace cannot be written.
int run(const RunOptions& options, ColorMode color) {
  const std::string name = subject_of(options, load_subjects(options.subjects));
  Scenario scenario = options.size.applied_to(find_scenario(options.which.scenario));
  forget_expectations(scenario, parse_schedule(options.schedule).options);
  const Subject& subject = find_known_subject(name);
  const RuntimeKind runtime = runtime_of(options, subject);
  if (!options.schedule.empty() && runtime != RuntimeKind::simulated) {
    throw UsageError("--schedule is for --runtime simulated only");
  }
  std::ofstream trace;
  if (!options.trace.empty()) {
    trace.open(options.trace);
    if (!trace) throw std::runtime_error("cannot write to " + options.trace);
  }
  const std::vector<Verdict> fail_on = options.fail_on.verdicts();
  const RunSpec spec{&scenario, &subject, runtime, options.schedule};
  RepeatedRuns repeated;
  for (std::size_t i = 0; i < options.repeat; ++i) repeated.add(make_run(spec, options.seed));
  const JudgedRun& run = repeated.worst();
  if (trace.is_open()) {
    if (options.trace_format == "chrome") {
      write_chrome_trace(run.record, trace);
    } else {
      write_trace(run.record, trace);
    }
    if (!trace.flush()) throw std::runtime_error("cannot write to " + options.trace);
    if (run.record.dropped_events > 0) {
      fmt::print(stderr, "workbench: the trace has no room for the last {} events\n",
                 run.record.dropped_events);
    }
  }
  if (!options.timeline.empty()) write_timeline({&run.record}, options.timeline);
  if (!options.dot.empty()) write_dot(options, run.record);
  if (options.json) {
    auto json = to_json(run);
    if (options.repeat > 1) json["verdicts"] = repeated.counts();
    fmt::print("{}\n", as_text(json));
  } else {
    if (options.repeat > 1) fmt::print("{}\n", repeated.summary());
    const Frames frames = options.full_trace ? Frames::all : Frames::of_the_user;
    fmt::print("{}", text_of(run, Palette(color, STDOUT_FILENO), frames));
  }
  return repeated.any_of(fail_on) ? kNotAsExpected : exit_code_of(run);
}

}  // namespace

void add_run(CLI::App& app, CommandLine& line) {
  const auto options = std::make_shared<RunOptions>();
  CLI::App* command = app.add_subcommand("run", "One run in a watched child process, explained");
  add_which_run(*command, options->which);
  command->get_option("--subject")->required(false);
  add_subjects(*command, options->subjects);
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
  command
      ->add_option("--trace-format", options->trace_format,
                   "jsonl (default), or chrome: for ui.perfetto.dev")
      ->check(CLI::IsMember({"jsonl", "chrome"}))
      ->option_text("NAME");
  command->add_option("--timeline", options->timeline, "draw what happened, as SVG")
      ->option_text("FILE");
  CLI::Option* dot = command->add_option("--dot", options->dot, "draw it, as a text for Graphviz")
                         ->option_text("FILE");
  command
      ->add_option("--dot-of", options->dot_of,
                   "architecture, or wait-for (default: wait-for if somebody waits)")
      ->check(CLI::IsMember({"architecture", "wait-for"}))
      ->needs(dot)
      ->option_text("NAME");
  options->fail_on.add_to(*command);
  command->add_option("--repeat", options->repeat, "make it so often, and count the verdicts")
      ->check(CLI::Range(1, 10000))
      ->option_text("N");
  add_seed(*command, options->seed);
  command->callback([options, &line] { line.exit_code = run(*options, line.color); });
}

}  // namespace workbench::scenarios
