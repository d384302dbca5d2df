// `workbench questions`: a sheet of questions whose answers the explorer has computed.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "core/posix/unique_fd.h"
#include "scenarios/cli/commands.h"
#include "scenarios/questions/question.h"
#include "scenarios/questions/question_text.h"

namespace workbench::scenarios {
namespace {

/// As long as it lives, stderr is nowhere: in thousands of schedules, workers die and say so.
class SilentStderr {
 public:
  SilentStderr() : real_(dup(STDERR_FILENO)) {
    const posix::UniqueFd nowhere(open("/dev/null", O_WRONLY | O_CLOEXEC));
    std::fflush(stderr);
    dup2(nowhere.get(), STDERR_FILENO);
  }
  SilentStderr(const SilentStderr&) = delete;
  ~SilentStderr() {
    std::fflush(stderr);
    dup2(real_.get(), STDERR_FILENO);
  }

 private:
  posix::UniqueFd real_;
};

std::vector<Question> made_in_silence(std::uint64_t seed, std::size_t count) {
  const SilentStderr silent;
  return make_questions(seed, count);
}

}  // namespace

void add_questions(CLI::App& app, CommandLine& line) {
  struct QuestionOptions {
    std::uint64_t seed = 1;
    std::size_t count = 5;
    std::string format = "text";
  };
  constexpr std::size_t kMostQuestions = 50;
  const auto options = std::make_shared<QuestionOptions>();
  CLI::App* command = app.add_subcommand("questions", "Questions for a quiz, and their answers");
  command
      ->add_option("--seed", options->seed, "the same seed gives the same questions (default: 1)")
      ->option_text("N");
  command->add_option("--count", options->count, "how many (default: 5)")
      ->check(CLI::Range(std::size_t{1}, kMostQuestions))
      ->option_text("K");
  command->add_option("--format", options->format, "text (default) or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->option_text("FORMAT");
  command->callback([options, &line] {
    const auto questions = made_in_silence(options->seed, options->count);
    const bool as_text = options->format == "text";
    fmt::print("{}{}",
               as_text ? as_sheet(options->seed, questions) : as_json(options->seed, questions),
               as_text ? "" : "\n");
    line.exit_code = kAsExpected;
  });
}

}  // namespace workbench::scenarios
