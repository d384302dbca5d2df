/// @file
/// Sets the stage of a scenario for a pool that runs on our runtimes: its tasks, the action, and
/// the runtime of a name, with the scenario's faults in them.
#pragma once

#include <memory>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/processes/runtime.h"
#include "core/threads/runtime.h"
#include "scenarios/account.h"
#include "scenarios/answer.h"
#include "scenarios/faulty.h"
#include "scenarios/scenario.h"

namespace workbench::scenarios {

/// 0, 1, … n-1.
inline std::vector<TaskId> tasks_of(const Scenario& scenario) {
  std::vector<TaskId> tasks(scenario.tasks);
  std::iota(tasks.begin(), tasks.end(), TaskId{0});
  return tasks;
}

/// `run(runtime, action)` on the runtime of that name. Throws std::invalid_argument for a name that
/// is none.
template <class Run>
Account on_stage(const Scenario& scenario, const std::string& runtime, Run run) {
  const auto injector = std::make_shared<Injector>(scenario.faults);
  const auto action =
      faulty(injector, Add{.task_time = scenario.task_time, .result_bytes = scenario.result_bytes});
  if (runtime == "threads") return run(Faulty<Threads>(injector), action);
  if (runtime == "processes") return run(Faulty<Processes>(injector), action);
  throw std::invalid_argument("no runtime is called '" + runtime + "'");
}

}  // namespace workbench::scenarios
