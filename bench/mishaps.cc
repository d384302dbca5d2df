// What do errors cost, how fast is a stop, and what does it take to start and end a crew?
//
//     bench_mishaps --benchmark_repetitions=10 --benchmark_report_aggregates_only=true
#include <benchmark/benchmark.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <vector>

#include "bench/pools.h"
#include "core/processes/shared_memory.h"

namespace workbench::bench {
namespace {

void spin_until(TimePoint end) {
  while (Clock::now() < end) {
  }
}

// From a throw until `run` has thrown, while the other workers are on tasks of 100 us. What is left
// of those is part of it: nobody can end a thread in the middle of a task. `begun_after` is how
// many tasks were begun after the throw.
template <class Runtime>
void stop(benchmark::State& state) {
  struct Shared {
    std::atomic<Duration::rep> thrown{0};
    std::atomic<int> begun_after{0};
  };
  const auto workers = static_cast<int>(state.range(0));
  const int tasks = 40 * workers;
  double begun_after = 0;
  for (auto _ : state) {
    const auto shared = processes::make_shared_memory<Shared>();
    Shared* seen = shared.get();
    const auto action = [seen, last = tasks / 2](int task) {
      if (seen->thrown != 0) ++seen->begun_after;
      spin_until(Clock::now() + std::chrono::microseconds(100));
      if (task == last) {
        seen->thrown = Clock::now().time_since_epoch().count();
        throw std::runtime_error("boom");
      }
    };
    try {
      StopOnError<Runtime>::run(numbers(static_cast<std::size_t>(tasks)), workers, action);
      state.SkipWithError("it did not stop");
    } catch (const reactor::Error&) {
      const Duration took = Clock::now().time_since_epoch() - Duration(seen->thrown.load());
      state.SetIterationTime(std::chrono::duration<double>(took).count());
    }
    begun_after += seen->begun_after;
  }
  state.counters["begun_after"] =
      benchmark::Counter(begun_after, benchmark::Counter::kAvgIterations);
}
BENCHMARK(stop<Threads>)
    ->ArgName("workers")
    ->Args({2})
    ->Args({8})
    ->Args({64})
    ->UseManualTime()
    ->Unit(benchmark::kMicrosecond);
BENCHMARK(stop<Processes>)
    ->ArgName("workers")
    ->Args({2})
    ->Args({8})
    ->UseManualTime()
    ->Unit(benchmark::kMicrosecond);

// 10,000 tasks, of which so many in a thousand throw. The stack at the throw is always kept;
// turning it into lines is done when somebody asks.
template <class Runtime>
void errors(benchmark::State& state) {
  const auto per_thousand = static_cast<int>(state.range(0));
  for (auto _ : state) {
    auto report = KeepGoing<Runtime>::run(numbers(10'000), 2, [per_thousand](int task) {
      if (task % 1'000 < per_thousand) throw std::runtime_error("boom");
      return task;
    });
    benchmark::DoNotOptimize(report);
  }
  state.SetItemsProcessed(state.iterations() * 10'000);
}
BENCHMARK(errors<Threads>)
    ->ArgName("per_thousand")
    ->Args({0})
    ->Args({1})
    ->Args({100})
    ->Args({1'000})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(errors<Processes>)
    ->ArgName("per_thousand")
    ->Args({0})
    ->Args({1'000})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

// The lines of one traceback, at the second time: the first one reads the debug information.
void traceback(benchmark::State& state) {
  const auto report = KeepGoing<Threads>::run(std::vector<int>{0}, 1,
                                              [](int) -> int { throw std::runtime_error("boom"); });
  benchmark::DoNotOptimize(report.outcomes[0].failure()->trace());
  for (auto _ : state) benchmark::DoNotOptimize(report.outcomes[0].failure()->trace());
}
BENCHMARK(traceback)->Unit(benchmark::kMicrosecond);

// A crew that has one empty task a worker: little more than its start and its end.
template <class Pool>
void crew(benchmark::State& state) {
  const auto workers = static_cast<int>(state.range(0));
  for (auto _ : state) {
    benchmark::DoNotOptimize(Pool::run(numbers(static_cast<std::size_t>(workers)), workers,
                                       [](int task) { return task; }));
  }
  state.counters["per_worker"] = benchmark::Counter(
      static_cast<double>(workers),
      benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}
void crews(benchmark::internal::Benchmark* bench) {
  bench->ArgName("workers")->UseRealTime()->Unit(benchmark::kMicrosecond);
  for (const int workers : {1, 2, 8, 64}) bench->Args({workers});
}
BENCHMARK(crew<NaivePool<Threads>>)->Apply(crews);
BENCHMARK(crew<KeepGoing<Threads>>)->Apply(crews);
BENCHMARK(crew<NaivePool<Processes>>)->Apply(crews);
BENCHMARK(crew<KeepGoing<Processes>>)->Apply(crews);

}  // namespace
}  // namespace workbench::bench
