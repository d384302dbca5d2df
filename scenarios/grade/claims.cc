#include "scenarios/grade/claims.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cereal/types/string.hpp>
#include <cereal/types/vector.hpp>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <utility>

#include "core/exit.h"
#include "core/one_line.h"
#include "scenarios/grade/answer.h"
#include "scenarios/grade/confinement.h"
#include "scenarios/grade/schedules.h"
#include "scenarios/process/child_process.h"
#include "scenarios/process/child_result.h"
#include "scenarios/report/explanation.h"
#include "scenarios/report/program_text.h"
#include "scenarios/run/simulation.h"
#include "scenarios/run/watch_all.h"

namespace workbench::scenarios {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLongestLine = 300;
constexpr int kSeconds = 60;  // of processor time, for a program and its watchdog

std::vector<std::string> lines_in(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    lines.push_back(on_one_line(shortened(line, kLongestLine)));
  }
  return lines;
}

// Notes that the claim does not hold, and why. Of several reasons the first is told.
void refute(GradedClaim& graded, std::string outcome, std::vector<std::string> lines) {
  if (!graded.outcome.empty()) return;
  graded.earned = 0;
  graded.outcome = std::move(outcome);
  graded.lines = std::move(lines);
}

std::vector<std::string> lines_of_run(const JudgedRun& run) {
  return lines_in(text_of(run, Palette(ColorMode::never, STDOUT_FILENO), Frames::of_the_user));
}

void examine_run(const Exercise& exercise, const Claim& claim, const fs::path& library,
                 RuntimeKind runtime, GradedClaim& graded) {
  const std::uint64_t seal = draw_seal();
  const Subject subject = answer_as_subject(library, exercise.form, seal);
  JudgedRun run = watch_one({&claim.scenario, &subject, runtime}, /*seed=*/1, Output::discarded);
  cross_check(claim, seal, run);
  if (run.is_as_expected()) return;
  graded.is_endless = run.record.verdict == Verdict::stuck;
  std::string what = describe(run.record);
  if (run.record.verdict == claim.expect.verdict && !run.differences.empty()) {
    what += "; " + run.differences.front();
  }
  refute(graded, fmt::format("on {}: {}", name_of(runtime), on_one_line(what)), lines_of_run(run));
}

void examine_schedules(const Exercise& exercise, const Claim& claim, const fs::path& library,
                       GradedClaim& graded) {
  const SearchedSchedules searched = search_schedules(library, exercise.form, claim);
  if (searched.holds) return;
  const std::string where =
      searched.schedules == 0
          ? std::string("searching all schedules")
          : fmt::format("in one of all schedules, number {}", searched.schedules);
  std::vector<std::string> lines;
  for (const std::string& line : searched.lines) {
    lines.push_back(on_one_line(shortened(line, kLongestLine)));
  }
  refute(graded, fmt::format("{}: {}", where, on_one_line(searched.outcome)), std::move(lines));
}

// How a program that was handed in has ended.
struct WatchedAnswer {
  std::string verdict{};
  std::vector<std::string> lines{};
  std::uint64_t seal = 0;

  /// Saves and loads (cereal).
  template <class Archive>
  void serialize(Archive& archive) {
    archive(verdict, lines, seal);
  }
};

// The watchdog over it has as few rights as the program itself.
WatchedAnswer watch_answer(const fs::path& program) {
  const ProgramSpec spec{.command = {program.string()}, .deadline = std::chrono::seconds(5)};
  const ProgramRecord record = watch_program(spec);
  const Palette plain(ColorMode::never, STDOUT_FILENO);
  return {.verdict = std::string(name_of(record.verdict)), .lines = lines_of(spec, record, plain)};
}

void examine_program(const Claim& claim, const fs::path& program, GradedClaim& graded) {
  const ChildResult<WatchedAnswer> told;
  const std::uint64_t seal = draw_seal();
  ChildProcess child(
      [&] {
        confine(told.descriptor(), kSeconds);
        if (freopen("/dev/null", "w", stdout) == nullptr) return EXIT_FAILURE;
        if (freopen("/dev/null", "w", stderr) == nullptr) return EXIT_FAILURE;
        WatchedAnswer seen = watch_answer(program);
        seen.seal = seal;
        told.write(seen);
        return EXIT_SUCCESS;
      },
      ChildProcess::Group::own);
  constexpr std::chrono::minutes kLimit{5};
  const bool ended = child.wait_until(Clock::now() + kLimit);
  const auto seen = ended ? told.read() : std::nullopt;
  if (!seen || seen->seal != seal) {
    return refute(graded, "nothing is known of it: it has ended its watchdog", {});
  }
  if (seen->verdict == name_of(claim.expect.verdict)) return;
  refute(graded, seen->verdict, seen->lines);
}

void examine_schedule(const Claim& claim, const fs::path& file, GradedClaim& graded) {
  std::ifstream in(file);
  std::string text;
  in >> text;
  const Subject* subject = find_subject(claim.subject);
  if (subject == nullptr) throw UsageError(fmt::format("there is no subject '{}'", claim.subject));
  RunSpec spec{&claim.scenario, subject, RuntimeKind::simulated, text};
  try {
    Simulation simulation(*subject, claim.scenario);
    const JudgedRun run = judge(spec, simulation.run(parse_schedule(text)));
    if (run.is_as_expected()) return;
    refute(graded, describe(run.record), lines_of_run(run));
  } catch (const UsageError& error) {  // it is no schedule of this run
    refute(graded, on_one_line(shortened(error.what(), kLongestLine)), {});
  }
}

}  // namespace

GradedClaim examine_claim(const Exercise& exercise, const Claim& claim, const fs::path& answer) {
  GradedClaim graded{
      .says = claim.says, .points = claim.points, .earned = claim.points, .hint = claim.hint};
  switch (exercise.form) {
    case AnswerForm::program:
      examine_program(claim, answer, graded);
      return graded;
    case AnswerForm::schedule:
      examine_schedule(claim, answer, graded);
      return graded;
    case AnswerForm::pool:
    case AnswerForm::queue:
      break;
  }
  for (const RuntimeKind runtime : claim.runtimes) {
    if (!graded.holds()) break;
    if (runtime == RuntimeKind::simulated) {
      examine_schedules(exercise, claim, answer, graded);
    } else {
      examine_run(exercise, claim, answer, runtime, graded);
    }
  }
  return graded;
}

}  // namespace workbench::scenarios
