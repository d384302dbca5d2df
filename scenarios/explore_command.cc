#include "scenarios/explore_command.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/posix/unique_fd.h"
#include "scenarios/exit_code.h"
#include "scenarios/explanation.h"
#include "scenarios/interruption.h"
#include "scenarios/judge.h"
#include "scenarios/run_command.h"
#include "scenarios/simulation.h"

namespace workbench::scenarios {
namespace {

using Seconds = std::chrono::duration<double>;

/// What the scenario's file says of an outcome, as it is printed.
enum class Mark : char {
  expected = '+',
  open = '?',  ///< it expects nothing, and this breaks no promise
  news = 'x',  ///< not as expected; or, if nothing is, a broken promise
};

/// An outcome, with a run that leads to it.
struct Found {
  std::string outcome;
  std::size_t count = 0;
  Schedule schedule{};
  RunRecord record{};
  Mark mark = Mark::open;

  bool is_news() const { return mark == Mark::news; }
};

// What no pool should do to anybody, whatever the scenario.
bool is_bad(Verdict verdict) {
  return verdict == Verdict::hang || verdict == Verdict::silent_loss || verdict == Verdict::crash;
}

/// Keeps what the runs write to stderr from the user (a death in each of a million runs is no
/// news), and shows how far the exploration has come, if there is a terminal.
class Progress {
 public:
  Progress() : terminal_(dup(STDERR_FILENO)) {
    const processes::UniqueFd nowhere(open("/dev/null", O_WRONLY | O_CLOEXEC));
    std::fflush(stderr);
    dup2(nowhere.get(), STDERR_FILENO);
  }
  Progress(const Progress&) = delete;
  ~Progress() {
    std::fflush(stderr);
    say(fmt::format("\r{:<60}\r", ""));
    dup2(terminal_.get(), STDERR_FILENO);
  }
  void show(const simulated::Exploration& so_far) const {
    constexpr std::size_t kPace = 1024;  // schedules from one look to the next
    if ((so_far.schedules + so_far.pruned) % kPace != 0) return;
    const Seconds elapsed = Clock::now() - start_;
    say(fmt::format("\r{} schedules, {:.0f}/s, {} steps deep ", so_far.schedules,
                    static_cast<double>(so_far.schedules) / elapsed.count(), so_far.depth));
  }

 private:
  void say(const std::string& text) const {
    if (isatty(terminal_.get()) == 0) return;
    if (write(terminal_.get(), text.data(), text.size()) < 0) return;  // nobody looks any more
  }

  processes::UniqueFd terminal_;
  TimePoint start_ = Clock::now();
};

Mark mark_of(const RunRecord& record, const Expectation* expectation) {
  if (expectation == nullptr) return is_bad(record.verdict) ? Mark::news : Mark::open;
  return differences(record, *expectation).empty() ? Mark::expected : Mark::news;
}

std::vector<Found> look_closer(Simulation& simulation, const simulated::Exploration& exploration,
                               const simulated::Scheduler::Options& scheduler,
                               const Expectation* expectation) {
  std::vector<Found> all;
  for (const auto& [outcome, seen] : exploration.outcomes) {
    Found found{.outcome = outcome, .count = seen.count};
    found.schedule = {.options = scheduler, .choices = seen.schedule};
    found.record = simulation.run(found.schedule);
    found.mark = mark_of(found.record, expectation);
    if (found.mark != Mark::expected) {
      found.schedule.choices = simulated::shrink(simulation.program(), scheduler, seen.schedule);
      found.record = simulation.run(found.schedule);  // what is explained is what can be repeated
    }
    all.push_back(std::move(found));
  }
  return all;
}

void print_json(const Scenario& scenario, const Subject& subject, const ExploreCommand& options,
                const simulated::Exploration& exploration, const std::vector<Found>& all,
                const Expectation* expectation, double elapsed_ms) {
  using Json = nlohmann::ordered_json;
  std::map<std::string, std::size_t> verdicts;
  Json each = Json::array();
  Json unexpected = Json::array();
  for (const Found& found : all) {
    verdicts[std::string(name_of(found.record.verdict))] += found.count;
    each.push_back({{"outcome", found.outcome},
                    {"verdict", name_of(found.record.verdict)},
                    {"schedules", found.count},
                    {"schedule", found.schedule.text()}});
    if (found.is_news()) {
      unexpected.push_back({{"outcome", found.outcome},
                            {"verdict", name_of(found.record.verdict)},
                            {"schedule", found.schedule.text()}});
    }
  }
  const auto& [early, spurious, faults, steps] = options.how.scheduler;
  const bool at_random = options.random > 0;
  const Json json{
      {"schema_version", 1},
      {"scenario", scenario.name},
      {"subject", subject.name},
      {"workers", scenario.workers},
      {"tasks", scenario.tasks},
      {"search", at_random ? "random" : name_of(options.how.search)},
      {"seed", at_random ? Json(options.seed) : Json(nullptr)},
      {"early_timeouts", early},
      {"spurious_wakeups", spurious},
      {"faults", faults},
      {"schedules", exploration.schedules},
      {"pruned", exploration.pruned},
      {"depth", exploration.depth},
      {"complete", exploration.complete},
      {"outcomes", verdicts},
      {"each_outcome", each},
      {"as_expected", expectation == nullptr ? Json(nullptr) : Json(unexpected.empty())},
      {"unexpected", unexpected},
      {"elapsed_ms", elapsed_ms}};
  fmt::print("{}\n", json.dump(2));
}

void print(const Scenario& scenario, const Subject& subject,
           const simulated::Exploration& exploration, const std::vector<Found>& all,
           const Expectation* expectation, const Palette& palette, double elapsed_ms,
           bool in_any_order) {
  fmt::print("{} in {:.2f} s ({})\n",
             palette.strong(fmt::format("{} schedule{}", exploration.schedules,
                                        exploration.schedules == 1 ? "" : "s")),
             elapsed_ms / 1000,
             !exploration.complete ? "not all that there are"
             : in_any_order        ? "that is all of them"
                                   : "that is all of them, up to the order of independent steps");
  for (const Found& found : all) {
    const std::string line =
        fmt::format("{} {:<40} {:>9}", static_cast<char>(found.mark), found.outcome, found.count);
    fmt::print("  {}\n", found.is_news() ? palette.bad(line) : line);
  }
  for (const Found& found : all) {
    if (found.mark == Mark::expected) continue;
    fmt::print("\n{}: workbench run {} --subject {} --runtime simulated --schedule {}\n",
               found.outcome, scenario.words, subject.name, found.schedule.text());
    if (found.is_news()) print_judged(found.record, expectation, palette);
  }
}

}  // namespace

int explore(const Scenario& scenario, const Subject& subject, const ExploreCommand& options) {
  Simulation simulation(subject, scenario);
  const TimePoint start = Clock::now();
  auto progress = std::make_optional<Progress>();
  const auto& scheduler = options.how.scheduler;
  auto interruption = std::make_optional<Interruption>();
  const auto go_on = [&](const simulated::Exploration& so_far) {
    progress->show(so_far);
    return !Interruption::is_asked_for();
  };
  const auto exploration = options.random > 0
                               ? simulated::explore_randomly(simulation.program(), scheduler,
                                                             options.random, options.seed, 3, go_on)
                               : simulated::explore(simulation.program(), options.how, go_on);
  const bool interrupted = Interruption::is_asked_for();
  interruption.reset();
  const double elapsed_ms = Seconds(Clock::now() - start).count() * 1000;
  const Expectation* expectation = scenario.expectation(subject.name, kSimulated);
  const auto all = look_closer(simulation, exploration, scheduler, expectation);
  progress.reset();
  if (options.json) {
    print_json(scenario, subject, options, exploration, all, expectation, elapsed_ms);
  } else {
    print(scenario, subject, exploration, all, expectation, Palette(options.color, STDOUT_FILENO),
          elapsed_ms, options.how.search == simulated::Search::depth_first);
  }
  if (interrupted) {
    if (std::fflush(stdout) != 0) std::fputs("workbench: cannot write the output\n", stderr);
    std::raise(SIGINT);  // whoever waits for this process sees what ended it
  }
  int code = kAsExpected;
  for (const Found& found : all) {
    if (!found.is_news()) continue;
    const bool hangs = expectation == nullptr && found.record.verdict == Verdict::hang;
    code = std::max<int>(code, hangs ? kHang : kNotAsExpected);
  }
  return code;
}

}  // namespace workbench::scenarios
