#include "scenarios/commands.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <string_view>
#include <utility>

#include "scenarios/compare.h"
#include "scenarios/list_command.h"
#include "scenarios/report.h"
#include "scenarios/run_command.h"
#include "scenarios/selection.h"
#include "scenarios/simulation.h"
#include "scenarios/subject.h"
#include "scenarios/watch_command.h"

namespace workbench::scenarios {
namespace {

// A scenario knows nothing of faults that are choices, and of timers that fire too early.
void forget_expectations(Scenario& scenario, const simulated::Scheduler::Options& choices) {
  if (choices.faults > 0 || choices.early_timeouts > 0) scenario.expect.clear();
}

}  // namespace

Commands::Commands(CLI::App& app) : app_(&app) {
  const std::map<std::string, ColorMode> modes{
      {"auto", ColorMode::automatic}, {"always", ColorMode::always}, {"never", ColorMode::never}};
  app.add_option_function<std::string>(
         "--color", [this, modes](const std::string& mode) { color_ = modes.at(mode); },
         "auto, always or never")
      ->check(CLI::IsMember(modes).description(""))
      ->option_text("WHEN");
  add_list(app);
  add_compare(app);
  add_run(app);
  add_watch(app);
  add_explore(app);
  add_report(app);
  add_explain(app);
}

void Commands::add_list(CLI::App& app) {
  CLI::App* command = app.add_subcommand("list", "The scenarios and the subjects");
  command->add_flag("--json", json_, "as one JSON object");
  command->callback([this] { code_ = list(json_); });
}

void Commands::add_compare(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("compare", "Run every subject through scenarios, side by side");
  command->add_option("scenario", names_, "names of the catalogue or .toml files; none: all")
      ->option_text("SCENARIO|FILE.toml ...");
  command->add_option("--junit", junit_, "write the outcome as JUnit XML")->option_text("FILE");
  command->add_option("--subject", subjects_, "only this one; may be given more than once")
      ->option_text("NAME");
  add_seed(*command);
  command->callback([this] {
    for (const std::string& name : subjects_) find_known_subject(name);
    code_ = compare(find_scenarios(names_),
                    {.color = color_, .subjects = subjects_, .junit = junit_, .seed = seed_});
  });
}

void Commands::add_run(CLI::App& app) {
  CLI::App* command = app.add_subcommand("run", "One run in a watched child process, explained");
  command->add_option("scenario", name_, "a name of the catalogue, or a .toml file")
      ->required()
      ->option_text("SCENARIO|FILE.toml");
  command->add_option("--subject", subject_, "which pool")->required()->option_text("NAME");
  command->add_option("--runtime", runtime_, "what its workers are (default: threads)")
      ->option_text("NAME");
  add_size(*command);
  command->add_option("--schedule", schedule_, "of a simulated run, as `explore` names it")
      ->option_text("S");
  command->add_flag("--json", json_, "as one JSON object");
  command->add_option("--trace", trace_, "write what happened, one JSON object a line")
      ->option_text("FILE");
  add_seed(*command);
  command->callback([this] { code_ = run_one(); });
}

void Commands::add_watch(CLI::App& app) {
  CLI::App* command = app.add_subcommand("watch", "Put any program under the watchdog");
  command->add_option("--deadline-ms", deadline_ms_, "end it after so long (default: never)")
      ->check(CLI::Range(1, kMostMilliseconds))
      ->option_text("N");
  command->add_flag("--json", json_, "one JSON object; the command's stdout goes to stderr");
  words_option_ = command->add_option("command", words_, "the program and its arguments, behind --")
                      ->required()
                      ->option_text("COMMAND [ARG...]");
  command->callback([this] {
    words_.insert(words_.end(), watched_.begin(), watched_.end());
    code_ = watch({.command = words_,
                   .deadline = std::chrono::milliseconds(deadline_ms_),
                   .json = json_,
                   .color = color_});
  });
}

int Commands::take_watched(int argc, char** argv) {
  char** const end = argv + argc;
  char** const dashes = std::find(argv + 1, end, std::string_view("--"));
  const auto names = app_->get_subcommands({});
  char** const command = std::find_if(argv + 1, dashes, [&](const char* word) {
    return std::any_of(names.begin(), names.end(),
                       [&](const CLI::App* each) { return each->check_name(word); });
  });
  if (dashes == end || command == dashes || std::string_view(*command) != "watch") return argc;
  watched_.assign(dashes + 1, end);
  words_option_->required(watched_.empty());
  return static_cast<int>(dashes - argv);
}

void Commands::add_explore(CLI::App& app) {
  CLI::App* command = app.add_subcommand("explore", "A scenario in every schedule, simulated");
  command->add_option("scenario", name_, "a name of the catalogue, or a .toml file")
      ->required()
      ->option_text("SCENARIO|FILE.toml");
  command->add_option("--subject", subject_, "which pool")->required()->option_text("NAME");
  add_size(*command);
  CLI::Option* how = command->add_option("--search", search_, "dfs, sleep-sets or dpor (default)");
  how->option_text("HOW");
  CLI::Option* most = command->add_option("--max-schedules", explore_.how.max_schedules,
                                          "stop after so many (default: 0, which is all)");
  most->check(CLI::Range(0, kMostSchedules))->option_text("N");
  command
      ->add_option("--early-timeouts", explore_.how.scheduler.early_timeouts,
                   "the first so many timers may fire at any moment (default: 0)")
      ->check(CLI::Range(0, kMostSurprises))
      ->option_text("N");
  command
      ->add_option("--spurious-wakeups", explore_.how.scheduler.spurious_wakeups,
                   "how often a wait may end for no reason (default: 0)")
      ->check(CLI::Range(0, kMostSurprises))
      ->option_text("N");
  command
      ->add_option("--faults", explore_.how.scheduler.faults,
                   "so many throws, in any window of any worker (default: 0)")
      ->check(CLI::Range(0, kMostSurprises))
      ->option_text("N");
  command->add_option("--random", explore_.random, "so many random schedules instead of all")
      ->check(CLI::Range(1, kMostSchedules))
      ->excludes(how)
      ->excludes(most)
      ->option_text("N");
  command->add_flag("--json", json_, "as one JSON object");
  add_seed(*command);
  command->callback([this] {
    const auto search = named<simulated::Search>(search_);
    if (!search) {
      throw UsageError(unknown_name("search", search_, all_names<simulated::Search>()));
    }
    explore_.how.search = *search;
    explore_.seed = seed_;
    explore_.json = json_;
    explore_.color = color_;
    Scenario scenario = sized(find_scenario(name_));
    forget_expectations(scenario, explore_.how.scheduler);
    code_ = explore(scenario, find_known_subject(subject_), explore_);
  });
}

void Commands::add_report(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("report", "Run everything and write it up as one HTML page");
  command->add_option("--output", output_, "a directory (default: report)")->option_text("DIR");
  CLI::Option* benchmarks = command->add_flag(
      "--benchmarks", benchmarks_,
      "measure instead: a page with the figures of all benchmarks, after minutes");
  command->add_option("--repetitions", benchmark_.repetitions, "of each benchmark (default: 10)")
      ->check(CLI::Range(1, 1000))
      ->needs(benchmarks)
      ->option_text("N");
  command->add_option("--filter", benchmark_.filter, "only benchmarks whose names it matches")
      ->needs(benchmarks)
      ->option_text("REGEX");
  command->callback([this] {
    if (!benchmarks_) {
      code_ = report(find_scenarios({}), output_);
      return;
    }
    const auto here = std::filesystem::read_symlink("/proc/self/exe").parent_path();
    benchmark_.programs = here.parent_path() / "bench";
    report_benchmarks(benchmark_, output_);
    code_ = kAsExpected;
  });
}

void Commands::add_explain(CLI::App& app) {
  CLI::App* command = app.add_subcommand("explain", "What a verdict means");
  command->add_option("verdict", name_, "a verdict, or a kind of hang")
      ->required()
      ->option_text("VERDICT");
  command->callback([this] { code_ = explain_verdict(name_); });
}

void Commands::add_seed(CLI::App& command) {
  command.add_option("--seed", seed_, "for what is left to chance (default: 1)")
      ->check(CLI::Range(std::int64_t{0}, std::numeric_limits<std::int64_t>::max()))
      ->option_text("N");
}

void Commands::add_size(CLI::App& command) {
  command.add_option("--workers", workers_, "instead of the scenario's number")
      ->check(CLI::Range(1, kMostWorkers))
      ->option_text("N");
  command.add_option("--tasks", tasks_, "instead of the scenario's number")
      ->check(CLI::Range(0, kMostTasks))
      ->option_text("N");
}

// With the numbers of the command line. What the file expects holds for its own numbers only.
Scenario Commands::sized(Scenario scenario) const {
  const auto own = std::pair(scenario.workers, scenario.tasks);
  if (workers_ != 0) {
    scenario.workers = workers_;
    scenario.words += fmt::format(" --workers {}", workers_);
  }
  if (tasks_ >= 0) {
    scenario.tasks = static_cast<std::size_t>(tasks_);
    for (const Fault& fault : scenario.faults) {
      if (!fault.task || *fault.task < scenario.tasks) continue;
      throw UsageError(fmt::format("--tasks {}: a fault of {} strikes task {}; allowed: {} or more",
                                   tasks_, scenario.name, *fault.task, *fault.task + 1));
    }
    scenario.words += fmt::format(" --tasks {}", tasks_);
  }
  if (std::pair(scenario.workers, scenario.tasks) != own) scenario.expect.clear();
  return scenario;
}

int Commands::run_one() {
  Scenario scenario = sized(find_scenario(name_));
  forget_expectations(scenario, parse_schedule(schedule_).options);
  const Subject& subject = find_known_subject(subject_);
  if (runtime_.empty()) runtime_ = subject.runtimes.front();
  const auto runtimes = all_runtime_names();
  if (std::find(runtimes.begin(), runtimes.end(), runtime_) == runtimes.end()) {
    throw UsageError(unknown_name("runtime", runtime_, runtimes));
  }
  const auto& possible = subject.runtimes;
  const bool simulated = runtime_ == kSimulated;
  if (!schedule_.empty() && !simulated) {
    throw UsageError("--schedule is for --runtime simulated only");
  }
  if (!simulated && std::find(possible.begin(), possible.end(), runtime_) == possible.end()) {
    throw UsageError(fmt::format("{} does not run on {}; allowed: {}", subject.name, runtime_,
                                 fmt::join(possible, ", ")));
  }
  return run(scenario, subject,
             {.runtime = runtime_,
              .schedule = schedule_,
              .seed = seed_,
              .json = json_,
              .trace = trace_,
              .color = color_});
}

}  // namespace workbench::scenarios
