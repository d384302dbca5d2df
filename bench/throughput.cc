// How many tasks a second? The pools of the workbench, their peers, and the limit.
//
//     bench_throughput --benchmark_repetitions=10 --benchmark_report_aggregates_only=true
//
// Every contestant runs the same action, `x + 5`, on the tasks 0 to n - 1 with the same number of
// workers, and starts and ends the workers each time. `items_per_second` is tasks a second. What
// else each contestant does (results in task order, an outcome for each task, an error for each
// task that throws, a limit of time, a stop) is in the table of peers.h.
#include <benchmark/benchmark.h>

#include <utility>
#include <vector>

#include "bench/peers.h"
#include "bench/pools.h"

namespace workbench::bench {
namespace {

int action(int task) { return task + 5; }

// Measures `run(tasks, workers)`. The time to make the tasks does not count.
template <class Run>
void measure(benchmark::State& state, Run run) {
  const auto count = static_cast<std::size_t>(state.range(0));
  const auto workers = static_cast<int>(state.range(1));
  for ([[maybe_unused]] const auto _ : state) {
    state.PauseTiming();
    auto input = numbers(count);
    state.ResumeTiming();
    benchmark::DoNotOptimize(run(std::move(input), workers));
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

template <class Contestant>
void throughput(benchmark::State& state) {
  measure(state, [](std::vector<int> input, int workers) {
    return Contestant::run(std::move(input), workers, action);
  });
}

// Several numbers of tasks with two workers, and several numbers of workers with many tasks.
void tasks_and_workers(benchmark::internal::Benchmark* bench) {
  bench->ArgNames({"tasks", "workers"})
      ->MeasureProcessCPUTime()
      ->UseRealTime()
      ->Unit(benchmark::kMillisecond);
  for (const int count : {1'000, 100'000, 1'000'000, 10'000'000}) bench->Args({count, 2});
  for (const int workers : {1, 8, 64}) bench->Args({1'000'000, workers});
}
void few_tasks(benchmark::internal::Benchmark* bench) {
  bench->ArgNames({"tasks", "workers"})
      ->MeasureProcessCPUTime()
      ->UseRealTime()
      ->Unit(benchmark::kMillisecond);
  for (const int count : {1'000, 100'000}) bench->Args({count, 2});
  bench->Args({100'000, 8});
}

BENCHMARK(throughput<NaivePool<Threads>>)->Apply(tasks_and_workers);
BENCHMARK(throughput<KeepGoing<Threads>>)->Apply(tasks_and_workers);
BENCHMARK(throughput<StopOnError<Threads>>)->Apply(tasks_and_workers);

BENCHMARK(throughput<NaivePool<Processes>>)->Apply(few_tasks);
BENCHMARK(throughput<KeepGoing<Processes>>)->Apply(few_tasks)->Args({1'000'000, 2});
BENCHMARK(throughput<StopOnError<Processes>>)->Apply(few_tasks)->Args({1'000'000, 2});

BENCHMARK(throughput<AtomicClaim>)->Apply(tasks_and_workers);
BENCHMARK(throughput<GuidedClaim>)->Apply(tasks_and_workers);
BENCHMARK(throughput<StdAsync>)->Apply(few_tasks);
#if __has_include(<tbb/task_group.h>)
BENCHMARK(throughput<TbbTaskGroup>)->Apply(tasks_and_workers);
BENCHMARK(throughput<TbbParallelFor>)->Apply(tasks_and_workers);
#endif
#if __has_include(<asio/thread_pool.hpp>)
BENCHMARK(throughput<AsioThreadPool>)->Apply(few_tasks);
#endif
#if __has_include(<concurrentqueue/blockingconcurrentqueue.h>)
BENCHMARK(throughput<MoodycamelPool>)->Apply(few_tasks);
#endif
#if defined(_OPENMP)
BENCHMARK(throughput<OpenMpTasks>)->Apply(few_tasks);
#endif

}  // namespace
}  // namespace workbench::bench
