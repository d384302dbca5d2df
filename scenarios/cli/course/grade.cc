// `workbench grade`: judges an answer to an exercise, and explains what is wrong with it.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "scenarios/cli/commands.h"
#include "scenarios/cli/course/exercise_folder.h"
#include "scenarios/grade/grade_text.h"
#include "scenarios/model/usage_error.h"
#include "scenarios/report/json.h"

namespace workbench::scenarios {
namespace {

struct GradeCommandOptions {
  std::string exercise{};
  std::string file{};
  std::string format = "text";
  std::string folder{};
};

int grade_answer(const GradeCommandOptions& options, ColorMode color) {
  const std::vector<std::string> formats{"text", "json", "junit", "gradescope"};
  if (std::find(formats.begin(), formats.end(), options.format) == formats.end()) {
    throw UsageError(unknown_name("format", options.format, formats));
  }
  const std::vector<Exercise> all = exercises_in(exercise_folder(options.folder));
  const Exercise& exercise = find_exercise(all, options.exercise);
  const Grade grade = scenarios::grade(exercise, options.file);
  if (options.format == "json") {
    fmt::print("{}\n", as_text(to_json(exercise, grade)));
  } else if (options.format == "gradescope") {
    fmt::print("{}\n", as_text(to_gradescope(exercise, grade)));
  } else if (options.format == "junit") {
    std::fflush(stdout);
    write_junit(std::cout, exercise, grade);
  } else {
    fmt::print("{}", text_of(exercise, grade, Palette(color, STDOUT_FILENO)));
  }
  return grade.is_full() ? kAsExpected : kNotAsExpected;
}

}  // namespace

void add_grade(CLI::App& app, CommandLine& line) {
  const auto options = std::make_shared<GradeCommandOptions>();
  CLI::App* command = app.add_subcommand("grade", "An answer to an exercise, judged and explained");
  command->add_option("exercise", options->exercise, "its number, or its name")
      ->required()
      ->option_text("NN");
  command->add_option("file", options->file, "the answer")->required()->option_text("FILE");
  command->add_option("--format", options->format, "text (default), json, junit or gradescope")
      ->option_text("FORMAT");
  add_exercise_folder(*command, options->folder);
  command->callback([options, &line] { line.exit_code = grade_answer(*options, line.color); });
}

}  // namespace workbench::scenarios
