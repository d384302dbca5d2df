// `workbench compare`: every subject through scenarios, side by side.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "scenarios/cli/commands.h"
#include "scenarios/cli/fail_on.h"
#include "scenarios/cli/selection.h"
#include "scenarios/cli/subject_options.h"
#include "scenarios/model/usage_error.h"
#include "scenarios/report/junit.h"
#include "scenarios/report/matrix.h"
#include "scenarios/report/subject_summary.h"
#include "scenarios/report/timeline/timeline.h"
#include "scenarios/run/watch_all.h"

namespace workbench::scenarios {
namespace {

struct CompareOptions {
  std::vector<std::string> scenarios{};  ///< none: the whole catalogue
  std::vector<std::string> subjects{};   ///< none: all of which something is expected
  SubjectOptions from_outside{};
  FailOn fail_on{};
  std::size_t repeat = 1;  ///< how often each run is made
  bool summary = false;
  std::string timeline{};  ///< a file for the timelines, as SVG; empty: none
  std::string junit{};     ///< a file to write the outcome to, as JUnit XML; empty: none
  std::uint64_t seed = 1;
};

// Shows `12/96 runs`, if stderr is a terminal. All on one line, which is cleared at the end.
class RunCounter {
 public:
  explicit RunCounter(std::size_t total) : total_(total), on_(isatty(STDERR_FILENO) != 0) {}
  void operator()(std::size_t done) const {
    if (!on_) return;
    fmt::print(stderr, "\r{}/{} runs", done, total_);
    if (done == total_) fmt::print(stderr, "\r{:<20}\r", "");
    std::fflush(stderr);
  }

 private:
  std::size_t total_;
  bool on_;
};

// `224 runs, 224 of 224 as expected, 35 hangs, in 9.4 s`
std::string summary(const std::vector<JudgedRun>& runs, Duration elapsed) {
  const auto count = [&](auto is) { return std::count_if(runs.begin(), runs.end(), is); };
  const auto expected = count([](const JudgedRun& run) { return run.expectation() != nullptr; });
  const auto good = count([](const JudgedRun& run) { return run.is_as_expected(); });
  const auto hangs = count([](const JudgedRun& run) { return run.record.hang.has_value(); });
  return fmt::format(
      "{} runs, {}, {} hangs, in {:.1f} s", runs.size(),
      expected == 0 ? "nothing expected" : fmt::format("{} of {} as expected", good, expected),
      hangs, std::chrono::duration<double>(elapsed).count());
}

std::vector<RunSpec> repeated(const std::vector<RunSpec>& specs, std::size_t times) {
  std::vector<RunSpec> all;
  for (std::size_t i = 0; i < times; ++i) all.insert(all.end(), specs.begin(), specs.end());
  return all;
}

int compare(const CompareOptions& options, ColorMode color) {
  const TimePoint start = Clock::now();
  const Palette palette(color, STDOUT_FILENO);
  const auto brought = load_subjects(options.from_outside);
  for (const std::string& name : options.subjects) find_known_subject(name);
  const std::vector<Verdict> fail_on = options.fail_on.verdicts();
  const auto scenarios = find_scenarios(options.scenarios);
  const auto specs = repeated(
      wanted_specs(options.from_outside, scenarios, options.subjects, brought), options.repeat);
  if (specs.empty()) {
    throw UsageError(
        "nothing to compare: nothing is expected of the workbench's own pools there, or of "
        "simulated "
        "runs alone; allowed: others, by --all-subjects, --subjects or --subject-command");
  }
  std::ofstream junit;
  if (!options.junit.empty()) {
    junit.open(options.junit);
    if (!junit) throw std::runtime_error("cannot write to " + options.junit);
  }
  const auto runs = watch_all(specs, options.seed, RunCounter(specs.size()), Stacks::left_out);
  if (!options.timeline.empty()) {
    std::vector<const RunRecord*> records;
    for (const JudgedRun& run : runs) {
      if (run.record.verdict != Verdict::not_applicable) records.push_back(&run.record);
    }
    write_timeline(records, options.timeline);
  }
  std::string complaints;
  for (const JudgedRun& run : runs) {
    for (const std::string& difference : run.differences) {
      complaints += fmt::format("{}: {}\n", run.spec.command(), difference);
    }
    if (!contains(fail_on, run.record.verdict)) continue;
    complaints += fmt::format("{}: {}\n", run.spec.command(), describe(run.record));
  }
  const Grouping grouping = brought.empty() ? Grouping::none : Grouping::language;
  fmt::print("{}{}", matrix(runs, palette, grouping), palette.bad(complaints));
  if (options.summary || !brought.empty()) fmt::print("\n{}\n", subject_summary(runs, palette));
  fmt::print("{}\n", summary(runs, Clock::now() - start));
  if (junit.is_open()) {
    write_junit(junit, runs, fail_on);
    if (!junit.flush()) throw std::runtime_error("cannot write to " + options.junit);
  }
  return complaints.empty() ? kAsExpected : kNotAsExpected;
}

}  // namespace

void add_compare(CLI::App& app, CommandLine& line) {
  const auto options = std::make_shared<CompareOptions>();
  CLI::App* command =
      app.add_subcommand("compare", "Run every subject through scenarios, side by side");
  command
      ->add_option("scenario", options->scenarios,
                   "names of the catalogue or .toml files; none: all")
      ->option_text("SCENARIO|FILE.toml ...");
  command->add_option("--junit", options->junit, "write the outcome as JUnit XML")
      ->option_text("FILE");
  command->add_option("--timeline", options->timeline, "draw all runs above each other, as SVG")
      ->option_text("FILE");
  command->add_option("--subject", options->subjects, "only this one; may be given more than once")
      ->option_text("NAME");
  add_subjects(*command, options->from_outside);
  options->fail_on.add_to(*command);
  command->add_option("--repeat", options->repeat, "make each run so often, and count the verdicts")
      ->check(CLI::Range(1, 10000))
      ->option_text("N");
  command->add_flag("--summary", options->summary,
                    "a line for each subject: how often it hangs, …");
  add_seed(*command, options->seed);
  command->callback([options, &line] { line.exit_code = compare(*options, line.color); });
}

}  // namespace workbench::scenarios
