// `workbench explore`: runs a scenario in every schedule. Prints each outcome and how many
// schedules lead to it. For an outcome that is not as expected it also prints a command that
// replays it, and an explanation.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>

#include "core/one_line.h"
#include "core/posix/unique_fd.h"
#include "scenarios/cli/commands.h"
#include "scenarios/cli/interruption.h"
#include "scenarios/cli/selection.h"
#include "scenarios/model/usage_error.h"
#include "scenarios/report/explanation.h"
#include "scenarios/report/json.h"
#include "scenarios/report/page/games.h"
#include "scenarios/run/explore/exploration.h"
#include "scenarios/run/explore/scenario_graph.h"
#include "scenarios/run/simulation.h"

namespace workbench::scenarios {
namespace {

constexpr int kMostSchedules = 1'000'000'000;
constexpr int kMostSurprises = 1'000;  // in one schedule

struct ExploreCommandOptions {
  WhichRun which{};
  SizeOptions size{};
  std::string search = "dpor";
  SearchRequest request{};
  std::string graph{};
  bool json = false;
};

/// If stderr is a terminal, shows there how far the search has come. The runs themselves are silent
/// (scenarios/run/explore/silence.h).
class SearchDisplay {
 public:
  SearchDisplay() : terminal_(dup(STDERR_FILENO)) {}
  SearchDisplay(const SearchDisplay&) = delete;
  ~SearchDisplay() { say(fmt::format("\r{:<60}\r", "")); }
  void show(const simulated::Exploration& so_far) const {
    constexpr std::size_t kPace = 1024;  // schedules from one update to the next
    if ((so_far.schedules + so_far.pruned) % kPace != 0) return;
    const std::chrono::duration<double> elapsed = Clock::now() - start_;
    say(fmt::format("\r{} schedules, {:.0f}/s, {} steps deep ", so_far.schedules,
                    static_cast<double>(so_far.schedules) / elapsed.count(), so_far.depth));
  }

 private:
  void say(const std::string& text) const {
    if (isatty(terminal_.get()) == 0) return;
    if (write(terminal_.get(), text.data(), text.size()) < 0) return;  // the terminal is gone
  }

  posix::UniqueFd terminal_;
  TimePoint start_ = Clock::now();
};

std::string coverage(const simulated::Exploration& exploration, simulated::Search search) {
  if (!exploration.complete) return "not all that there are";
  return search == simulated::Search::depth_first
             ? "that is all of them"
             : "that is all of them, up to the order of independent steps";
}

void print(const TurningPoint& point, const Palette& palette) {
  fmt::print("  {}\n", palette.faint("one choice makes the difference:"));
  if (!point.before.empty()) fmt::print("    {:<8} {}\n", "before", point.before);
  fmt::print("    {:<8} {}\n", "here", point.here);
  fmt::print("    {:<8} {}: {}\n", "there", point.there, describe(point.good.record));
  fmt::print("    {}\n", point.good.spec.command());
}

void print(const ExploredScenario& explored, simulated::Search search, const Palette& palette) {
  const std::size_t schedules = explored.exploration.schedules;
  fmt::print("{} in {:.2f} s ({})\n",
             palette.strong(fmt::format("{} schedule{}", schedules, schedules == 1 ? "" : "s")),
             explored.elapsed_ms / 1000, coverage(explored.exploration, search));
  for (const auto& [outcome, count, run, turning_point] : explored.outcomes) {
    const std::string line =
        fmt::format("{} {:<40} {:>9}", static_cast<char>(run.mark), outcome, count);
    fmt::print("  {}\n", run.is_different() ? palette.bad(line) : line);
  }
  for (const auto& [outcome, count, run, turning_point] : explored.outcomes) {
    if (run.mark == Mark::as_expected) continue;
    fmt::print("\n{}: {}\n", outcome, run.spec.command());
    if (run.is_different()) fmt::print("{}", text_of(run, palette, Frames::of_the_user));
    if (turning_point) print(*turning_point, palette);
  }
}

int exit_code_of(const ExploredScenario& explored) {
  int code = kAsExpected;
  for (const ExploredOutcome& each : explored.outcomes) {
    if (!each.run.is_different()) continue;
    const bool hangs =
        each.run.expectation() == nullptr && each.run.record.verdict == Verdict::hang;
    code = std::max<int>(code, hangs ? kHang : kNotAsExpected);
  }
  return code;
}

// Writes all that can happen as a graph, and says how much it is.
int write_graph(const RunSpec& spec, const simulated::Scheduler::Options& scheduler,
                const std::string& file) {
  const ScenarioGraph graph = scenario_graph(spec, scheduler);
  std::ofstream out(file);
  out << as_line(to_json(spec, scheduler, graph)) << '\n';
  if (!out.flush()) throw std::runtime_error("cannot write " + on_one_line(file));
  fmt::print("{}: {} nodes, {} ends, each of another class of schedules{}\n", on_one_line(file),
             graph.nodes.size(), graph.leaves,
             graph.complete ? "" : "; not complete: some runs were cut");
  return kAsExpected;
}

// SIGINT ends the search, but not at once the program: it first prints what was found so far, and
// then ends itself by the same signal.
int explore(ExploreCommandOptions options, ColorMode color) {
  const auto search = named<simulated::Search>(options.search);
  if (!search) {
    throw UsageError(unknown_name("search", options.search, all_names<simulated::Search>()));
  }
  SearchRequest& request = options.request;
  request.how.search = *search;
  Scenario scenario = options.size.applied_to(find_scenario(options.which.scenario));
  forget_expectations(scenario, request.how.scheduler);
  const RunSpec spec{&scenario, &find_known_subject(options.which.subject), RuntimeKind::simulated};

  if (!options.graph.empty()) return write_graph(spec, request.how.scheduler, options.graph);
  auto display = std::make_optional<SearchDisplay>();
  auto interruption = std::make_optional<Interruption>();
  const auto go_on = [&](const simulated::Exploration& so_far) {
    display->show(so_far);
    return !Interruption::is_asked_for();
  };
  const ExploredScenario explored = explore_scenario(spec, request, go_on);
  const bool interrupted = Interruption::is_asked_for();
  interruption.reset();
  display.reset();
  if (options.json) {
    fmt::print("{}\n", as_text(to_json(spec, request, explored)));
  } else {
    print(explored, *search, Palette(color, STDOUT_FILENO));
  }
  if (interrupted) {
    if (std::fflush(stdout) != 0) std::fputs("workbench: cannot write the output\n", stderr);
    std::raise(SIGINT);  // so that our parent sees what ended us
  }
  return exit_code_of(explored);
}

}  // namespace

void add_explore(CLI::App& app, CommandLine& line) {
  const auto options = std::make_shared<ExploreCommandOptions>();
  SearchRequest& request = options->request;
  CLI::App* command = app.add_subcommand("explore", "A scenario in every schedule, simulated");
  add_which_run(*command, options->which);
  add_size(*command, options->size);
  CLI::Option* how =
      command->add_option("--search", options->search, "dfs, sleep-sets or dpor (default)");
  how->option_text("HOW");
  CLI::Option* most = command->add_option("--max-schedules", request.how.max_schedules,
                                          "stop after so many (default: 0, which is all)");
  most->check(CLI::Range(0, kMostSchedules))->option_text("N");
  const auto add_surprise = [&](const char* name, std::size_t& count, const char* what) {
    command->add_option(name, count, what)->check(CLI::Range(0, kMostSurprises))->option_text("N");
  };
  auto& scheduler = request.how.scheduler;
  add_surprise("--early-timeouts", scheduler.early_timeouts,
               "the first so many timers may fire at any moment (default: 0)");
  add_surprise("--spurious-wakeups", scheduler.spurious_wakeups,
               "how often a wait may end for no reason (default: 0)");
  add_surprise("--faults", scheduler.faults,
               "so many throws, in any window of any worker (default: 0)");
  CLI::Option* random =
      command->add_option("--random", request.random, "so many random schedules instead of all");
  random->check(CLI::Range(1, kMostSchedules))->excludes(how)->excludes(most)->option_text("N");
  CLI::Option* json = command->add_flag("--json", options->json, "as one JSON object");
  command
      ->add_option("--graph", options->graph,
                   "write all that can happen, step by step, as a graph in JSON")
      ->excludes(how)
      ->excludes(most)
      ->excludes(random)
      ->excludes(json)
      ->option_text("FILE");
  add_seed(*command, request.seed);
  command->callback([options, &line] { line.exit_code = explore(*options, line.color); });
}

}  // namespace workbench::scenarios
