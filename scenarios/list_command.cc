#include "scenarios/list_command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string_view>

#include "scenarios/exit_code.h"
#include "scenarios/json.h"
#include "scenarios/selection.h"
#include "scenarios/teaching.h"

namespace workbench::scenarios {
namespace {

// The text in lines that a terminal has room for. All but the first begin with `indent` blanks; the
// first is to be put behind as many.
std::string wrapped(std::string_view text, std::size_t indent = 0) {
  const std::size_t width = 78 - indent;
  const std::string line_break = "\n" + std::string(indent, ' ');
  std::string lines;
  std::size_t column = 0;
  std::istringstream in{std::string(text)};
  for (std::string word; in >> word;) {
    const bool fits = column == 0 || column + 1 + word.size() <= width;
    if (column > 0) lines += fits ? " " : line_break;
    column = fits && column > 0 ? column + 1 + word.size() : word.size();
    lines += word;
  }
  return lines;
}

void print_entry(const std::string& name, std::string_view text) {
  constexpr std::size_t kIndent = 29;
  fmt::print("  {:<26} {}\n", name, wrapped(text, kIndent));
}

}  // namespace

int list(bool json) {
  const auto scenarios = find_scenarios({});
  if (json) {
    fmt::print("{}\n", to_json(scenarios, subjects()).dump(2));
    return kAsExpected;
  }
  fmt::print("scenarios\n");
  for (const Scenario& scenario : scenarios) {
    print_entry(scenario.name, scenario.title);
  }
  fmt::print("\nsubjects\n");
  for (const Subject& subject : subjects()) {
    print_entry(subject.name,
                fmt::format("{} ({})", subject.description, fmt::join(subject.runtimes, ", ")));
  }
  return kAsExpected;
}

int explain_verdict(const std::string& name) {
  const auto lesson = std::find_if(lessons().begin(), lessons().end(),
                                   [&](const Lesson& each) { return each.name == name; });
  if (lesson == lessons().end()) throw UsageError(unknown_name("verdict", name, lesson_names()));
  fmt::print("{}\n\n{}\n\n{}\n\nTutorial: {} (./workbench docs)\n", lesson->name,
             wrapped(lesson->meaning), wrapped(lesson->advice), lesson->page);
  return kAsExpected;
}

}  // namespace workbench::scenarios
