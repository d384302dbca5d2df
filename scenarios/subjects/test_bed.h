/// @file
/// The test bed of a run: it gives the subject the tasks, the action, and a runtime of ours.
///
///     RunResult run(const TestBed& bed) {
///       return bed.on_runtime([&](auto runtime, auto action) {
///         my::Pool pool(bed.scenario().workers, runtime);
///         return result_of(pool.run(bed.tasks(), action));
///       });
///     }
///
/// The runtime is traced, and the scenario's faults are in it. The same holds for the action:
///
///     Faulty<Traced<Threads>>     traced(faulty(Add))
///
/// A pool that brings its own threads and queues takes `bed.action()` alone.
#pragma once

#include <unistd.h>

#include <chrono>
#include <memory>
#include <numeric>
#include <utility>
#include <vector>

#include "core/processes/runtime.h"
#include "core/simulated/sync.h"
#include "core/threads/runtime.h"
#include "scenarios/inject/faulty.h"
#include "scenarios/model/run_result.h"
#include "scenarios/model/scenario.h"
#include "scenarios/subjects/workload.h"
#include "scenarios/trace/traced.h"

namespace workbench::scenarios {

class TestBed {
 public:
  /// `trace` must outlive the bed and whatever the subject leaves running.
  /// The calling thread is the caller of the pool.
  TestBed(const Scenario& scenario, RuntimeKind runtime, trace::Trace& trace)
      : scenario_(scenario), runtime_(runtime), trace_(trace) {
    trace_.caller = gettid();
    if (runtime_ == RuntimeKind::simulated) {
      sleep_ = [](std::chrono::milliseconds time) { simulated::Scheduler::current().sleep(time); };
      injector_->sleep_with(sleep_);
      injector_->choose_with([] { return simulated::Scheduler::current().strikes(); });
      injector_->count_with([] { simulated::Scheduler::current().count_strike(); });
    }
  }

  /// Puts everything back to how it was before the first run. Requires: nothing runs any more.
  void reset() {
    injector_->reset();
    trace_.recorder.reset();
    trace_.board.reset();
  }

  const Scenario& scenario() const { return scenario_; }
  RuntimeKind runtime() const { return runtime_; }

  /// 0, 1, … n-1.
  std::vector<TaskId> tasks() const {
    std::vector<TaskId> tasks(scenario_.tasks);
    std::iota(tasks.begin(), tasks.end(), TaskId{0});
    return tasks;
  }

  /// Has this fault of the scenario struck, by its number?
  bool has_struck(std::size_t fault) const { return trace_.strikes.at(fault) > 0; }

  /// The action to carry out on each task. The scenario's faults are in it, so it may throw, or
  /// worse.
  auto action() const {
    // In a simulated run the schedule decides how long each step takes. A sleep would only rule out
    // some of the schedules.
    const bool simulated = runtime_ == RuntimeKind::simulated;
    const auto task_time = simulated ? std::chrono::milliseconds{0} : scenario_.task_time;
    return trace::traced(trace_, faulty(injector_, Add{.task_time = task_time,
                                                       .result_bytes = scenario_.result_bytes,
                                                       .injector = injector_.get(),
                                                       .sleep = sleep_}));
  }

  /// Calls `run(runtime, action)` as often as the scenario wants it, and returns what the last call
  /// returned.
  template <class Run>
  RunResult on_runtime(Run run) const {
    switch (runtime_) {
      case RuntimeKind::threads:
        return on(Threads({.on_escape = scenario_.on_escape}), run);
      case RuntimeKind::processes:
        return on(Processes{}, run);
      case RuntimeKind::simulated:
        break;
    }
    return on(Simulated{}, run);
  }

  /// The same on a runtime that the subject brings.
  template <class Run, class Runtime>
  RunResult on(Runtime plain, Run run) const {
    const Faulty runtime(injector_, trace::Traced(trace_, std::move(plain)));
    for (int i = 1; i < scenario_.runs; ++i) one_run(run, runtime);
    return one_run(run, runtime);
  }

 private:
  template <class Run, class Runtime>
  RunResult one_run(Run& run, const Runtime& runtime) const {
    trace_.begin_run();
    injector_->begin_run();
    return run(runtime, action());
  }

  const Scenario& scenario_;
  RuntimeKind runtime_;
  trace::Trace& trace_;
  Sleep sleep_;  // empty: sleep as threads do
  std::shared_ptr<Injector> injector_ =
      std::make_shared<Injector>(scenario_.faults, &trace_.strikes);
};

}  // namespace workbench::scenarios
