// `workbench list`: the scenarios and the subjects.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "core/one_line.h"
#include "scenarios/cli/commands.h"
#include "scenarios/cli/selection.h"
#include "scenarios/cli/subject_options.h"
#include "scenarios/report/json.h"
#include "scenarios/report/wrapped.h"

namespace workbench::scenarios {
namespace {

void print_entry(const std::string& name, const std::string& text) {
  constexpr std::size_t kIndent = 29;
  fmt::print("  {:<26} {}\n", name, wrapped(on_one_line(text), kIndent));
}

int list(const SubjectOptions& from_outside, bool json) {
  load_subjects(from_outside, BrokenFile::is_said);
  const auto scenarios = find_scenarios({});
  if (json) {
    fmt::print("{}\n", to_json(scenarios, subjects()).dump(2));
    return kAsExpected;
  }
  fmt::print("scenarios\n");
  for (const Scenario& scenario : scenarios) print_entry(scenario.name, scenario.title);
  fmt::print("\nsubjects\n");
  for (const Subject& subject : subjects()) {
    std::vector<std::string_view> runtimes;
    for (const RuntimeKind runtime : subject.runtimes) runtimes.push_back(name_of(runtime));
    print_entry(subject.name,
                fmt::format("{} ({})", subject.description, fmt::join(runtimes, ", ")));
  }
  return kAsExpected;
}

}  // namespace

void add_list(CLI::App& app, CommandLine& line) {
  struct Options {
    SubjectOptions subjects{};
    bool json = false;
  };
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("list", "The scenarios and the subjects");
  add_subjects(*command, options->subjects);
  command->add_flag("--json", options->json, "as one JSON object");
  command->callback([options, &line] { line.exit_code = list(options->subjects, options->json); });
}

}  // namespace workbench::scenarios
