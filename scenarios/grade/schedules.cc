#include "scenarios/grade/schedules.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cereal/types/string.hpp>
#include <cereal/types/vector.hpp>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <optional>

#include "core/exit.h"
#include "scenarios/grade/answer.h"
#include "scenarios/grade/confinement.h"
#include "scenarios/hang_proof/proof.h"
#include "scenarios/process/child_process.h"
#include "scenarios/process/child_result.h"
#include "scenarios/report/explanation.h"
#include "scenarios/run/explore/exploration.h"

namespace workbench::scenarios {
namespace {

// Of processor time, so that a busy machine makes no difference. Small sizes need less than a
// second.
constexpr int kSeconds = 20;      // for a search in which all is as expected
constexpr int kMostSeconds = 30;  // for one that never comes to the end of a schedule

constexpr std::chrono::minutes kPatience{5};    // with one that sleeps
constexpr std::chrono::milliseconds kPace{50};  // of looking whether the search itself hangs

std::vector<std::string> lines_in(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

std::string letters_of(const std::string& schedule) {
  return schedule.empty() ? std::string("0, in which each goes on as long as it can") : schedule;
}

void explain_outcome(const ExploredOutcome& bad, SearchedSchedules& searched) {
  const Palette plain(ColorMode::never, STDOUT_FILENO);
  searched.outcome = bad.outcome;
  searched.lines = lines_in(text_of(bad.run, plain, Frames::of_the_user));
  if (bad.turning_point) {
    const TurningPoint& point = *bad.turning_point;
    searched.lines.emplace_back("One choice makes the difference:");
    if (!point.before.empty()) searched.lines.push_back("  before  " + point.before);
    searched.lines.push_back("  here    " + point.here);
    searched.lines.push_back(
        fmt::format("  there   {}: {}", point.there, describe(point.good.record)));
  }
  searched.lines.push_back("The schedule: " + letters_of(bad.run.spec.schedule));
}

// In the child.
SearchedSchedules search(const std::filesystem::path& library, AnswerForm form, const Claim& claim,
                         std::uint64_t seal) {
  const Subject subject = answer_as_subject(library, form, seal);
  const RunSpec spec{&claim.scenario, &subject, RuntimeKind::simulated};
  const auto is_good = [&](const std::string& outcome) {
    return outcome.starts_with(name_of(claim.expect.verdict));
  };
  const auto go_on = [&](const simulated::Exploration& so_far) {
    const bool all_good = std::all_of(so_far.outcomes.begin(), so_far.outcomes.end(),
                                      [&](const auto& each) { return is_good(each.first); });
    return all_good && std::clock() / CLOCKS_PER_SEC < kSeconds;
  };
  const ExploredScenario explored = explore_scenario(spec, {.how = claim.search}, go_on);
  SearchedSchedules searched{.schedules = explored.exploration.schedules,
                             .complete = explored.exploration.complete,
                             .seal = seal};
  bool all_good = !explored.outcomes.empty();
  for (const ExploredOutcome& each : explored.outcomes) {
    JudgedRun run = each.run;
    run.record.result.seal = seal;  // a run that did not return has none
    cross_check(claim, seal, run);
    if (run.is_as_expected()) continue;
    if (all_good) explain_outcome({each.outcome, each.count, run, each.turning_point}, searched);
    all_good = false;
  }
  searched.holds = all_good && searched.complete;
  if (all_good && !searched.complete) {
    searched.outcome =
        fmt::format("the search was given up after {} s of processor time", kSeconds);
  }
  return searched;
}

// If a worker dies in each of a million schedules, nobody wants to read of it a million times.
void silence() {
  const int nowhere = open("/dev/null", O_WRONLY);
  dup2(nowhere, STDOUT_FILENO);
  dup2(nowhere, STDERR_FILENO);
}

// Why there is no end of the search to be told of.
SearchedSchedules not_searched(std::string why) { return {.outcome = std::move(why)}; }

}  // namespace

SearchedSchedules search_schedules(const std::filesystem::path& library, AnswerForm form,
                                   const Claim& claim) {
  const ChildResult<SearchedSchedules> told;
  const std::uint64_t seal = draw_seal();
  ChildProcess child(
      [&] {
        confine(told.descriptor(), kMostSeconds);
        silence();
        told.write(search(library, form, claim, seal));
        return EXIT_SUCCESS;
      },
      ChildProcess::Group::own);
  const TimePoint deadline = Clock::now() + kPatience;
  while (!child.wait_until(std::min(Clock::now() + kPace, deadline))) {
    if (Clock::now() >= deadline) {
      return not_searched(fmt::format("no end after {} minutes", kPatience.count()));
    }
    const auto finding = hang_proof::examine({.root = getpid(), .with_root = false});
    if (finding.kind == hang_proof::Finding::Kind::hang) {
      return not_searched("hang (proved): it waits for something that is not of the kit");
    }
  }
  const ProcessEnd end = child.end();
  const std::vector<int> of_the_limit{SIGXCPU, SIGKILL};
  if (end.signal && std::count(of_the_limit.begin(), of_the_limit.end(), *end.signal) > 0) {
    return not_searched(
        fmt::format("stuck: no end after {} s of processor time; it runs on, and comes by no queue",
                    kMostSeconds));
  }
  if (end.signal) {
    return not_searched(
        fmt::format("crash: ended by {} in one of the schedules", signal_name(*end.signal)));
  }
  const auto searched = told.read();
  if (!searched || searched->seal != seal) {
    return not_searched("crash: it ends the process in one of the schedules");
  }
  return *searched;
}

}  // namespace workbench::scenarios
