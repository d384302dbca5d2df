// `workbench explain`: what a verdict, or a kind of hang, means.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <string>

#include "scenarios/cli/commands.h"
#include "scenarios/model/enum_names.h"
#include "scenarios/model/usage_error.h"
#include "scenarios/report/lessons.h"
#include "scenarios/report/wrapped.h"

namespace workbench::scenarios {
namespace {

int explain_verdict(const std::string& name) {
  const auto lesson = std::find_if(lessons().begin(), lessons().end(),
                                   [&](const Lesson& each) { return each.name == name; });
  if (lesson == lessons().end()) throw UsageError(unknown_name("verdict", name, lesson_names()));
  fmt::print("{}\n\n{}\n\n{}\n\nTutorial: {} (./workbench docs)\n", lesson->name,
             wrapped(lesson->meaning), wrapped(lesson->advice), lesson->page);
  return kAsExpected;
}

}  // namespace

void add_explain(CLI::App& app, CommandLine& line) {
  const auto verdict = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("explain", "What a verdict means");
  command->add_option("verdict", *verdict, "a verdict, or a kind of hang")
      ->required()
      ->option_text("VERDICT");
  command->callback([verdict, &line] { line.exit_code = explain_verdict(*verdict); });
}

}  // namespace workbench::scenarios
