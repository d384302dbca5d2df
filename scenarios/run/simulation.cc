#include "scenarios/run/simulation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <regex>
#include <stdexcept>

#include "core/one_line.h"
#include "scenarios/run/diagnosis.h"
#include "scenarios/run/run_subject.h"

namespace workbench::scenarios {
namespace {

using simulated::Ending;
using simulated::Scheduler;

constexpr int kMostWorkers = 32;

bool ends_the_process(const Fault& fault) {
  switch (fault.kind) {
    case FaultKind::exit:
    case FaultKind::abort:
    case FaultKind::segfault:
    case FaultKind::kill:
    case FaultKind::spin_forever:
      return true;
    case FaultKind::throw_standard:
    case FaultKind::throw_nonstandard:
    case FaultKind::sleep_forever:
    case FaultKind::slow:
      break;
  }
  return false;
}

// `throw, slow`: the names of the kinds that can be simulated.
std::string simulated_kinds() {
  std::vector<std::string_view> names;
  for (const auto& [kind, name] : Names<FaultKind>::all) {
    if (!ends_the_process({.kind = kind})) names.push_back(name);
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

std::string SimulatedSchedule::text() const {
  std::string some = choices.empty() ? "0" : choices;
  const auto& [early, spurious, faults, steps] = options;
  if (early == 0 && spurious == 0 && faults == 0) return some;
  return fmt::format("{}.{}.{}:{}", early, spurious, faults, some);
}

SimulatedSchedule parse_schedule(const std::string& text) {
  const std::size_t colon = text.find(':');
  SimulatedSchedule schedule{.choices = text.substr(colon == std::string::npos ? 0 : colon + 1)};
  if (schedule.choices.find_first_not_of('0') == std::string::npos) schedule.choices.clear();
  if (colon == std::string::npos) return schedule;
  static const std::regex form("([0-9]{1,4})\\.([0-9]{1,4})\\.([0-9]{1,4})");
  const std::string head = text.substr(0, colon);
  std::smatch found;
  if (!std::regex_match(head, found, form)) {
    throw UsageError(fmt::format(
        "'{}' is not a schedule; allowed: letters 0 to 9 and a to z, after N.N.N: where "
        "explore was given early timeouts, spurious wakeups or faults",
        on_one_line(text)));
  }
  schedule.options.early_timeouts = std::stoul(found[1]);
  schedule.options.spurious_wakeups = std::stoul(found[2]);
  schedule.options.faults = std::stoul(found[3]);
  return schedule;
}

void forget_expectations(Scenario& scenario, const simulated::Scheduler::Options& choices) {
  if (choices.faults > 0 || choices.early_timeouts > 0) scenario.expect.clear();
}

Simulation::Simulation(const Subject& subject, const Scenario& scenario)
    : subject_(subject), scenario_(scenario), bed_(scenario, RuntimeKind::simulated, *trace_) {
  if (!subject.on_our_runtimes) {
    throw CannotSimulate(
        fmt::format("{} brings threads of its own, which cannot be simulated", subject.name));
  }
  if (scenario.workers > kMostWorkers) {
    throw CannotSimulate(fmt::format("{}: {} workers cannot be simulated; allowed: 1 to {}",
                                     scenario.name, scenario.workers, kMostWorkers));
  }
  if (scenario.usage != Usage::plain) {
    throw CannotSimulate(fmt::format("{}: usage = \"{}\" cannot be simulated", scenario.name,
                                     name_of(scenario.usage)));
  }
  if (scenario.on_escape == OnEscape::terminate) {
    throw CannotSimulate(fmt::format(
        "{}: on_escape = \"terminate\" cannot be simulated: it ends the explorer", scenario.name));
  }
  for (const Fault& fault : scenario.faults) {
    if (!ends_the_process(fault)) continue;
    throw CannotSimulate(fmt::format("{}: kind = \"{}\" cannot be simulated; allowed: {}",
                                     scenario.name, name_of(fault.kind), simulated_kinds()));
  }
}

simulated::Program Simulation::program() {
  return {.run =
              [this] {
                returned_ = false;
                record_ = {};
                bed_.reset();
                trace_->enter();
                record_.result = run_subject(subject_, bed_);
                returned_ = true;
              },
          .look = [this](Ending ending) { look(ending, false); },
          .outcome = [this](Ending /*ending*/) { return describe(record_); }};
}

// Called at the end of an execution, before it is torn down: trace and board are still as it left
// them.
void Simulation::look(Ending ending, bool with_events) {
  const auto there = [](int /*process*/) { return true; };
  if (ending == Ending::finished && returned_) {
    record_.verdict = verdict_of(record_.result);
    if (with_events) read_board(*trace_, there, record_);
    return;
  }
  read_board(*trace_, there, record_);
  record_.result.tally = tally_of_unfinished(scenario_, read_results_in_hand(*trace_, record_));
  if (!with_events) record_.events.clear();
  record_.waits = waits_on(*trace_, there);
  record_.verdict = ending == Ending::deadlock ? Verdict::hang : Verdict::stuck;
  if (ending == Ending::deadlock) record_.hang = Hang{.kind = kind_of(record_.waits, record_)};
  if (ending == Ending::too_long) {
    record_.why_alive = fmt::format("it was cut after {} steps", Scheduler::Options{}.max_steps);
  }
}

RunRecord Simulation::run(const SimulatedSchedule& schedule) {
  simulated::Program traced = program();
  traced.look = [this](Ending ending) { look(ending, true); };
  try {
    simulated::replay(traced, schedule.options, schedule.choices);
  } catch (const std::invalid_argument& error) {  // the schedule does not fit this run
    throw UsageError(error.what());
  }
  record_.scenario = scenario_.name;
  record_.subject = subject_.name;
  record_.runtime = RuntimeKind::simulated;
  return record_;
}

}  // namespace workbench::scenarios
