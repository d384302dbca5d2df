/// @file
/// A scenario as a program that the explorer can run: one execution is one run, and its verdict is
/// the outcome.
#pragma once

#include <string>

#include "core/simulated/explorer.h"
#include "scenarios/model/run_record.h"
#include "scenarios/model/scenario.h"
#include "scenarios/model/usage_error.h"
#include "scenarios/subjects/subject.h"

namespace workbench::scenarios {

/// The scenario cannot be simulated: one line that says why.
struct CannotSimulate : UsageError {
  using UsageError::UsageError;
};

/// A schedule, with all that it takes to follow it. As text: the letters of the choices; if timers
/// may fire early, waits end for no reason or faults strike, `2.1.0:` before them: how often each.
struct SimulatedSchedule {
  simulated::Scheduler::Options options{};
  std::string choices{};

  std::string text() const;
};

/// Throws UsageError for a text that is none.
SimulatedSchedule parse_schedule(const std::string& text);

/// Drops what the scenario expects, if faults are choices of the explorer or timers may fire early:
/// its file knows nothing of that.
void forget_expectations(Scenario& scenario, const simulated::Scheduler::Options& choices);

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
  RunRecord run(const SimulatedSchedule& schedule);

 private:
  void look(simulated::Ending ending, bool with_events);

  const Subject& subject_;
  const Scenario& scenario_;
  trace::SharedTrace trace_ = trace::make_trace();
  TestBed bed_;
  RunRecord record_;
  bool told_ = false;
};

}  // namespace workbench::scenarios
