// `workbench report`: HTML pages, of all runs or of the benchmarks.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include "scenarios/cli/commands.h"
#include "scenarios/cli/selection.h"
#include "scenarios/cli/subject_options.h"
#include "scenarios/model/usage_error.h"
#include "scenarios/report/benchmark_page.h"
#include "scenarios/report/graphs/graphviz.h"
#include "scenarios/report/page/html_report.h"
#include "scenarios/run/watch_all.h"

namespace workbench::scenarios {
namespace {

namespace fs = std::filesystem;

struct ReportOptions {
  std::string output = "report";
  std::vector<std::string> scenarios{};
  SubjectOptions subjects{};
  bool full_trace = false;
  bool benchmarks = false;
  BenchmarkOptions benchmark{};
};

// Makes all runs, writes the page, and prints its path.
int report_runs(const ReportOptions& options) {
  draw({"digraph {}"});  // if Graphviz is missing, fail before the long part
  std::error_code error;
  fs::create_directories(options.output, error);
  if (error) throw std::runtime_error("cannot make " + options.output + ": " + error.message());
  const auto brought = load_subjects(options.subjects);
  const auto scenarios = find_scenarios(options.scenarios);
  const auto specs = wanted_specs(options.subjects, scenarios, {}, brought);
  if (specs.empty()) {
    throw UsageError("nothing to report: nothing is expected of the workbench's own pools there");
  }
  fmt::print(stderr, "running {} runs\n", specs.size());
  const auto runs = watch_all(specs, 1, [](std::size_t) {});
  const Frames frames = options.full_trace ? Frames::all : Frames::of_the_user;
  fmt::print("{}\n", write_html_report(scenarios, runs, frames, options.output).string());
  const bool good = std::none_of(runs.begin(), runs.end(),
                                 [](const JudgedRun& run) { return run.is_different(); });
  return good ? kAsExpected : kNotAsExpected;
}

int report(ReportOptions options) {
  if (!options.benchmarks) return report_runs(options);
  const auto here = fs::read_symlink("/proc/self/exe").parent_path();
  options.benchmark.programs = here.parent_path() / "bench";
  report_benchmarks(options.benchmark, options.output);
  return kAsExpected;
}

}  // namespace

void add_report(CLI::App& app, CommandLine& line) {
  const auto options = std::make_shared<ReportOptions>();
  CLI::App* command =
      app.add_subcommand("report", "Run everything and write it up as one HTML page");
  command
      ->add_option("scenario", options->scenarios,
                   "names of the catalogue or .toml files; none: all")
      ->option_text("SCENARIO|FILE.toml ...");
  command->add_option("--output", options->output, "a directory (default: report)")
      ->option_text("DIR");
  command->add_flag("--full-trace", options->full_trace,
                    "tracebacks with the workbench's own frames");
  add_subjects(*command, options->subjects);
  CLI::Option* benchmarks = command->add_flag(
      "--benchmarks", options->benchmarks,
      "measure instead: a page with the figures of all benchmarks, after minutes");
  command
      ->add_option("--repetitions", options->benchmark.repetitions,
                   "of each benchmark (default: 10)")
      ->check(CLI::Range(1, 1000))
      ->needs(benchmarks)
      ->option_text("N");
  command
      ->add_option("--filter", options->benchmark.filter, "only benchmarks whose names it matches")
      ->needs(benchmarks)
      ->option_text("REGEX");
  command->callback([options, &line] { line.exit_code = report(*options); });
}

}  // namespace workbench::scenarios
