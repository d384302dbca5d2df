#include "scenarios/cli.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <exception>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "scenarios/compare.h"
#include "scenarios/exit_code.h"
#include "scenarios/explore_command.h"
#include "scenarios/json.h"
#include "scenarios/palette.h"
#include "scenarios/report.h"
#include "scenarios/run_command.h"
#include "scenarios/scenario_file.h"
#include "scenarios/simulation.h"
#include "scenarios/subject.h"
#include "scenarios/teaching.h"
#include "scenarios/watch_command.h"

namespace workbench::scenarios {
namespace {

/// Wrong use; the message is the one line that the user gets.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

KnownNames known_names() { return {.subjects = subject_names(), .runtimes = all_runtime_names()}; }

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

const Subject& find_known_subject(const std::string& name) {
  if (const Subject* subject = find_subject(name)) return *subject;
  throw UsageError(unknown_name("subject", name, subject_names()));
}

int list(bool json) {
  const auto scenarios = find_scenarios({});
  if (json) {
    fmt::print("{}\n", to_json(scenarios, subjects()).dump(2));
    return kAsExpected;
  }
  fmt::print("scenarios\n");
  for (const Scenario& scenario : scenarios) {
    fmt::print("  {:<26} {}\n", scenario.name, scenario.title);
  }
  fmt::print("\nsubjects\n");
  for (const Subject& subject : subjects()) {
    fmt::print("  {:<26} {} ({})\n", subject.name, subject.description,
               fmt::join(subject.runtimes, ", "));
  }
  return kAsExpected;
}

// The text in lines that a terminal has room for.
std::string wrapped(std::string_view text) {
  constexpr std::size_t kWidth = 78;
  std::string lines;
  std::size_t column = 0;
  std::istringstream in{std::string(text)};
  for (std::string word; in >> word;) {
    const bool fits = column == 0 || column + 1 + word.size() <= kWidth;
    if (column > 0) lines += fits ? " " : "\n";
    column = fits && column > 0 ? column + 1 + word.size() : word.size();
    lines += word;
  }
  return lines;
}

int explain_verdict(const std::string& name) {
  const auto lesson = std::find_if(lessons().begin(), lessons().end(),
                                   [&](const Lesson& each) { return each.name == name; });
  if (lesson == lessons().end()) throw UsageError(unknown_name("verdict", name, lesson_names()));
  fmt::print("{}\n\n{}\n\n{}\n\nTutorial: {} (./workbench docs)\n", lesson->name,
             wrapped(lesson->meaning), wrapped(lesson->advice), lesson->page);
  return kAsExpected;
}

/// The program's commands, and the values of their options.
class Commands {
 public:
  explicit Commands(CLI::App& app) {
    const std::map<std::string, ColorMode> modes{
        {"auto", ColorMode::automatic}, {"always", ColorMode::always}, {"never", ColorMode::never}};
    app.add_option("--color", color_, "auto, always or never")
        ->transform(CLI::CheckedTransformer(modes).description(""))
        ->option_text("WHEN");
    add_list(app);
    add_compare(app);
    add_run(app);
    add_watch(app);
    add_explore(app);
    add_report(app);
    add_explain(app);
  }

  int code() const { return code_; }

 private:
  void add_list(CLI::App& app) {
    CLI::App* command = app.add_subcommand("list", "The scenarios and the subjects");
    command->add_flag("--json", json_, "as one JSON object");
    command->callback([this] { code_ = list(json_); });
  }

  void add_compare(CLI::App& app) {
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

  void add_run(CLI::App& app) {
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

  void add_watch(CLI::App& app) {
    CLI::App* command = app.add_subcommand("watch", "Put any program under the watchdog");
    command->add_option("--deadline-ms", deadline_ms_, "end it after so long (default: never)")
        ->check(CLI::Range(1, kMostMilliseconds))
        ->option_text("N");
    command->add_flag("--json", json_, "one JSON object; the command's stdout goes to stderr");
    command->add_option("command", words_, "the program and its arguments, behind --")
        ->required()
        ->option_text("COMMAND [ARG...]");
    command->callback([this] {
      code_ = watch({.command = words_,
                     .deadline = std::chrono::milliseconds(deadline_ms_),
                     .json = json_,
                     .color = color_});
    });
  }

  void add_explore(CLI::App& app) {
    CLI::App* command = app.add_subcommand("explore", "A scenario in every schedule, simulated");
    command->add_option("scenario", name_, "a name of the catalogue, or a .toml file")
        ->required()
        ->option_text("SCENARIO|FILE.toml");
    command->add_option("--subject", subject_, "which pool")->required()->option_text("NAME");
    add_size(*command);
    const std::map<std::string, simulated::Search> searches{
        {"dfs", simulated::Search::depth_first},
        {"sleep-sets", simulated::Search::sleep_sets},
        {"dpor", simulated::Search::dpor}};
    command->add_option("--search", explore_.how.search, "dfs, sleep-sets or dpor (default)")
        ->transform(CLI::CheckedTransformer(searches).description(""))
        ->option_text("HOW");
    command->add_option("--max-schedules", explore_.how.max_schedules, "stop after so many")
        ->option_text("N");
    command
        ->add_option("--early-timeouts", explore_.how.scheduler.early_timeouts,
                     "how often a timer may fire too early (default: 0)")
        ->option_text("N");
    command
        ->add_option("--spurious-wakeups", explore_.how.scheduler.spurious_wakeups,
                     "how often a wait may end for no reason (default: 0)")
        ->option_text("N");
    command->add_option("--random", explore_.random, "so many random schedules instead of all")
        ->option_text("N");
    command->add_flag("--json", json_, "as one JSON object");
    add_seed(*command);
    command->callback([this] {
      explore_.seed = seed_;
      explore_.json = json_;
      explore_.color = color_;
      code_ = explore(sized(find_scenario(name_)), find_known_subject(subject_), explore_);
    });
  }

  void add_report(CLI::App& app) {
    CLI::App* command =
        app.add_subcommand("report", "Run everything and write it up as one HTML page");
    command->add_option("--output", output_, "a directory (default: report)")->option_text("DIR");
    command->callback([this] { code_ = report(find_scenarios({}), output_); });
  }

  void add_explain(CLI::App& app) {
    CLI::App* command = app.add_subcommand("explain", "What a verdict means");
    command->add_option("verdict", name_, "a verdict, or a kind of hang")
        ->required()
        ->option_text("VERDICT");
    command->callback([this] { code_ = explain_verdict(name_); });
  }

  void add_seed(CLI::App& command) {
    command.add_option("--seed", seed_, "for what is left to chance (default: 1)")
        ->option_text("N");
  }

  void add_size(CLI::App& command) {
    command.add_option("--workers", workers_, "instead of the scenario's number")
        ->check(CLI::Range(1, kMostWorkers))
        ->option_text("N");
    command.add_option("--tasks", tasks_, "instead of the scenario's number")
        ->check(CLI::Range(0, kMostTasks))
        ->option_text("N");
  }

  // With the numbers of the command line. What the file expects holds for its own numbers.
  Scenario sized(Scenario scenario) const {
    if (workers_ != 0) scenario.workers = workers_;
    if (tasks_ >= 0) scenario.tasks = static_cast<std::size_t>(tasks_);
    if (workers_ != 0 || tasks_ >= 0) scenario.expect.clear();
    return scenario;
  }

  int run_one() {
    const Scenario scenario = sized(find_scenario(name_));
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

  static constexpr int kMostWorkers = 1024;
  static constexpr int kMostTasks = 10'000'000;
  static constexpr int kMostMilliseconds = 1'000'000'000;

  int code_ = kAsExpected;
  ColorMode color_ = ColorMode::automatic;
  std::vector<std::string> names_;
  std::vector<std::string> subjects_;
  std::vector<std::string> words_;
  std::string name_;
  std::string subject_;
  std::string runtime_;
  std::string junit_;
  std::string trace_;
  std::string schedule_;
  ExploreCommand explore_;
  std::string output_ = "report";
  std::uint64_t seed_ = 1;
  int workers_ = 0;
  int tasks_ = -1;
  int deadline_ms_ = 0;
  bool json_ = false;
};

int dispatch(int argc, char** argv) {
  CLI::App app("Shows how worker pools fail, and how a reactor does not.", "workbench");
  app.set_version_flag("--version", "workbench " WORKBENCH_VERSION);
  app.require_subcommand(1);
  app.fallthrough();
  const Commands commands(app);
  try {
    app.parse(argc, argv);
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
  } catch (const NoSuchCommand& error) {
    fmt::print(stderr, "workbench: {}\n", error.what());
    return kUsage;
  } catch (const CannotSimulate& error) {
    fmt::print(stderr, "workbench: {}\n", error.what());
    return kUsage;
  } catch (const std::invalid_argument& error) {  // a schedule that does not fit
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
