#include "scenarios/run/run_subject.h"

#include <algorithm>
#include <optional>

#include "core/failure.h"
#include "core/simulated/scheduler.h"

namespace workbench::scenarios {

void count_results(std::size_t tasks, RunResult& result) {
  std::stable_sort(
      result.tasks.begin(), result.tasks.end(),
      [](const TaskResult& left, const TaskResult& right) { return left.task < right.task; });
  result.wrong = 0;
  result.tally = Tally(tasks);
  std::optional<TaskId> last;
  for (const TaskResult& each : result.tasks) {
    const bool right = each.outcome != OutcomeKind::ok || each.value == right_sum(each.task);
    if (!right || each.task >= tasks || each.task == last) {
      ++result.wrong;
      continue;
    }
    last = each.task;
    ++result.tally[each.outcome];
  }
}

RunResult run_subject(const Subject& subject, const TestBed& bed) {
  try {
    RunResult result = subject.run(bed);
    count_results(bed.scenario().tasks, result);
    return result;
  } catch (const simulated::Unwind&) {
    throw;  // a simulated run is torn down: this is no error of the pool
  } catch (...) {
    return {.error = current_failure().headline(), .tally = Tally(bed.scenario().tasks)};
  }
}

Verdict verdict_of(const RunResult& result) {
  if (result.error) return Verdict::stopped;
  if (result.tally.missing() > 0 || result.wrong > 0) return Verdict::silent_loss;
  const bool all_ok = result.tally[OutcomeKind::ok] == result.tally.submitted();
  return all_ok ? Verdict::completed : Verdict::reported;
}

Tally tally_of_unfinished(const Scenario& scenario, std::size_t in_hand) {
  Tally tally(scenario.tasks);
  tally[OutcomeKind::ok] = std::min(in_hand, scenario.tasks);
  return tally;
}

}  // namespace workbench::scenarios
