/// @file
/// A scenario as a program that the explorer can run: one execution is one run, and the description
/// of how it ended is the outcome.
#pragma once

#include <string>

#include "core/simulated/explorer.h"
#include "scenarios/model/run_record.h"
#include "scenarios/model/scenario.h"
#include "scenarios/model/usage_error.h"
#include "scenarios/subjects/subject.h"

namespace workbench::scenarios {

/// The scenario cannot be simulated. The message is one line that says why.
struct CannotSimulate : UsageError {
  using UsageError::UsageError;
};

/// A schedule, with all that is needed to follow it. As text it is the letters of the choices.
/// `2.1.0:` before them means: up to 2 timers fire early, 1 wait ends for no reason, and 0 faults
/// strike; it is left out if all three are 0.
struct SimulatedSchedule {
  simulated::Scheduler::Options options{};
  std::string choices{};

  std::string text() const;
};

/// Throws UsageError if the text is not a schedule.
SimulatedSchedule parse_schedule(const std::string& text);

/// Drops what the scenario expects, if the explorer may let faults strike or timers fire early: the
/// author of the file did not have that in mind.
void forget_expectations(Scenario& scenario, const simulated::Scheduler::Options& choices);

class Simulation {
 public:
  /// Throws CannotSimulate. For example, a fault that ends the process would end the explorer, and
  /// a pool with threads of its own cannot be stopped between two steps.
  Simulation(const Subject& subject, const Scenario& scenario);
  Simulation(const Simulation&) = delete;

  /// The program that the explorer runs. Its outcomes are texts of `describe` (run_record.h).
  simulated::Program program();

  /// What was seen of the last execution.
  const RunRecord& last() const { return record_; }

  /// What the execution has recorded so far. Between two steps it stands still.
  const trace::Trace& trace() const { return *trace_; }

  /// Makes the run in this schedule, and records its trace. Throws UsageError if the schedule does
  /// not fit this run.
  RunRecord run(const SimulatedSchedule& schedule);

 private:
  void look(simulated::Ending ending, bool with_events);

  const Subject& subject_;
  const Scenario& scenario_;
  trace::SharedTrace trace_ = trace::make_trace();
  TestBed bed_;
  RunRecord record_;
  bool returned_ = false;
};

}  // namespace workbench::scenarios
