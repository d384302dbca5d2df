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

}  // namespace

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

int explain_verdict(const std::string& name) {
  const auto lesson = std::find_if(lessons().begin(), lessons().end(),
                                   [&](const Lesson& each) { return each.name == name; });
  if (lesson == lessons().end()) throw UsageError(unknown_name("verdict", name, lesson_names()));
  fmt::print("{}\n\n{}\n\n{}\n\nTutorial: {} (./workbench docs)\n", lesson->name,
             wrapped(lesson->meaning), wrapped(lesson->advice), lesson->page);
  return kAsExpected;
}

}  // namespace workbench::scenarios
