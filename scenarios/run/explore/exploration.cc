#include "scenarios/run/explore/exploration.h"

#include <chrono>

#include "scenarios/run/explore/silence.h"
#include "scenarios/run/simulation.h"

namespace workbench::scenarios {
namespace {

constexpr std::size_t kDepthOfRandom = 3;  // of `explore_randomly`: changes of priority

JudgedRun run_in(Simulation& simulation, RunSpec spec, const SimulatedSchedule& schedule) {
  spec.schedule = schedule.text();
  return judge(std::move(spec), simulation.run(schedule), WhereOpen::promises_count);
}

// Makes one run for each outcome. A person will read and repeat those that are not as expected, so
// make their schedules short.
std::vector<ExploredOutcome> look_closer(Simulation& simulation, const RunSpec& spec,
                                         const simulated::Exploration& exploration,
                                         const simulated::Scheduler::Options& scheduler) {
  std::vector<ExploredOutcome> all;
  for (const auto& [outcome, seen] : exploration.outcomes) {
    SimulatedSchedule schedule{.options = scheduler, .choices = seen.schedule};
    JudgedRun run = run_in(simulation, spec, schedule);
    if (run.mark != Mark::as_expected) {
      schedule.choices = simulated::shrink(simulation.program(), scheduler, seen.schedule);
      run = run_in(simulation, spec, schedule);
    }
    all.push_back({outcome, seen.count, std::move(run)});
    if (all.back().run.mark != Mark::as_expected) {
      all.back().turning_point = find_turning_point(simulation, all.back().run, schedule);
    }
  }
  return all;
}

}  // namespace

ExploredScenario explore_scenario(const RunSpec& spec, const SearchRequest& request,
                                  const std::function<bool(const simulated::Exploration&)>& go_on) {
  Simulation simulation(*spec.subject, *spec.scenario);
  const Silence silence;
  const TimePoint start = Clock::now();
  const auto& scheduler = request.how.scheduler;
  ExploredScenario explored;
  explored.exploration =
      request.random > 0
          ? simulated::explore_randomly(simulation.program(), scheduler, request.random,
                                        request.seed, kDepthOfRandom, go_on)
          : simulated::explore(simulation.program(), request.how, go_on);
  explored.elapsed_ms = std::chrono::duration<double, std::milli>(Clock::now() - start).count();
  explored.outcomes = look_closer(simulation, spec, explored.exploration, scheduler);
  return explored;
}

}  // namespace workbench::scenarios
