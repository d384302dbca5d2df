// `workbench exercises`: lists them, or writes what students are given.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "scenarios/cli/commands.h"
#include "scenarios/cli/course/exercise_folder.h"
#include "scenarios/grade/hand_out.h"

namespace workbench::scenarios {
namespace {

struct ExercisesCommandOptions {
  std::string folder{};
  std::string hand_out{};
};

int exercises(const ExercisesCommandOptions& options) {
  const std::vector<Exercise> all = exercises_in(exercise_folder(options.folder));
  if (!options.hand_out.empty()) {
    hand_out(all, options.hand_out);
    fmt::print("{} exercises are in {}\n", all.size(), options.hand_out);
    return kAsExpected;
  }
  int minutes = 0;
  for (const Exercise& each : all) {
    fmt::print("{:<36} {:>3} min  {:>3} points  {}\n", each.name, each.minutes, each.points(),
               each.title);
    minutes += each.minutes;
  }
  fmt::print("{} exercises, {} minutes. An answer is judged by: workbench grade NN FILE\n",
             all.size(), minutes);
  return kAsExpected;
}

}  // namespace

void add_exercises(CLI::App& app, CommandLine& line) {
  const auto options = std::make_shared<ExercisesCommandOptions>();
  CLI::App* command = app.add_subcommand("exercises", "The exercises, or what students are given");
  command
      ->add_option("--hand-out", options->hand_out,
                   "write them into a new directory, without their solutions")
      ->option_text("DIR");
  add_exercise_folder(*command, options->folder);
  command->callback([options, &line] { line.exit_code = exercises(*options); });
}

}  // namespace workbench::scenarios
