#include "scenarios/cli/selection.h"

#include <fmt/format.h>

#include <boost/algorithm/string/replace.hpp>
#include <string_view>

#include "core/one_line.h"
#include "scenarios/model/scenario_file.h"

namespace workbench::scenarios {
namespace {

std::vector<std::string> catalogue_names() {
  std::vector<std::string> names;
  names.reserve(catalogue_files().size());
  for (const auto& file : catalogue_files()) names.emplace_back(file.name);
  return names;
}

Scenario read(const std::string& name) {
  for (const auto& file : catalogue_files()) {
    if (file.name == name) return parse_scenario(file.text, name + ".toml", subject_names());
  }
  if (name.ends_with(".toml") || name.find('/') != std::string::npos) {
    return load_scenario(name, subject_names());
  }
  throw UsageError(unknown_name("scenario", name, catalogue_names()));
}

// The name as one word of a shell, with quotes if it needs them.
std::string as_one_word(const std::string& name) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./+,:@%";
  if (name.find_first_not_of(kPlain) == std::string::npos) return name;
  return fmt::format("'{}'", boost::replace_all_copy(name, "'", "'\\''"));
}

}  // namespace

Scenario find_scenario(const std::string& name) {
  Scenario scenario = read(name);
  for (const std::string& warning : scenario.warnings)
    fmt::print(stderr, "{}\n", on_one_line(warning));
  scenario.words = as_one_word(name);
  return scenario;
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

}  // namespace workbench::scenarios
