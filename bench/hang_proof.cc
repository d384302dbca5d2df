// After everything has stopped, how long does it take to prove a hang? And what does it cost to
// examine a program that is alive?
//
//     bench_hang_proof --benchmark_repetitions=10 --benchmark_report_aggregates_only=true
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>

#include "scenarios/hang_proof/proof.h"
#include "scenarios/model/scenario_file.h"
#include "scenarios/process/child_process.h"
#include "scenarios/run/watchdog.h"

namespace workbench::scenarios {
namespace {

Scenario scenario_of(const std::string& name) {
  for (const CatalogueFile& file : catalogue_files()) {
    if (file.name == name) {
      return parse_scenario(file.text, name, subject_names());
    }
  }
  throw std::invalid_argument(name);
}

// The time from quiescence to the verdict.
void prove_a_hang(benchmark::State& state, RuntimeKind runtime) {
  const Scenario scenario = scenario_of("one-task-throws");
  const RunSpec spec{&scenario, find_subject("naive"), runtime};
  for (auto _ : state) {
    const RunRecord record = watch_run(spec, Output::discarded);
    if (!record.hang) state.SkipWithError("it does not hang");
    state.SetIterationTime(record.verdict_ms / 1000);
  }
}
BENCHMARK_CAPTURE(prove_a_hang, threads, RuntimeKind::threads)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(prove_a_hang, processes, RuntimeKind::processes)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

// One examination of a program that sleeps for an hour.
void look_at_a_living_program(benchmark::State& state) {
  const ChildProcess napper(
      [] {
        std::this_thread::sleep_for(std::chrono::hours(1));
        return 0;
      },
      ChildProcess::Group::own);
  for (auto _ : state) benchmark::DoNotOptimize(hang_proof::examine({getpid(), false}));
}
BENCHMARK(look_at_a_living_program)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace workbench::scenarios
