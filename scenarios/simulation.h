/// @file
/// A scenario as a program that the explorer can run: one execution is one run, and its verdict is
/// the outcome.
#pragma once

#include <string>

#include "core/simulated/explorer.h"
#include "scenarios/exit_code.h"
#include "scenarios/record.h"
#include "scenarios/scenario.h"
#include "scenarios/subject.h"

namespace workbench::scenarios {

/// The scenario cannot be simulated: one line that says why.
struct CannotSimulate : UsageError {
  using UsageError::UsageError;
};

/// A schedule, with all that it takes to follow it. As text: the letters of the choices; if timers
/// may fire early, waits end for no reason or faults strike, `2.1.0:` before them: how often each.
struct Schedule {
  simulated::Scheduler::Options options{};
  std::string choices{};

  std::string text() const;
};

/// Throws UsageError for a text that is none.
Schedule parse_schedule(const std::string& text);

class Simulation {
 public:
  /// Throws CannotSimulate: a fault that ends the process would end the explorer, and a pool that
  /// brings its own threads cannot be stopped between two steps.
  Simulation(const Subject& subject, const Scenario& scenario);
  Simulation(const Simulation&) = delete;

  /// For the explorer. Its outcomes are words of describe().
  simulated::Program program();

  /// What was seen of the execution that ran last.
  const RunRecord& last() const { return record_; }

  /// The run in this schedule, with its trace. Throws UsageError for a schedule that is none of
  /// this run.
  RunRecord run(const Schedule& schedule);

 private:
  void look(simulated::Ending ending, bool with_events);

  const Subject& subject_;
  const Scenario& scenario_;
  trace::SharedTrace trace_ = trace::make_trace();
  Stage stage_;
  RunRecord record_;
  bool told_ = false;
};

/// `stopped: 1 ok, 1 failed`
std::string describe(const RunRecord& record);

}  // namespace workbench::scenarios
