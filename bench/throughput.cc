// How many tasks a second? The pools of the workbench, their peers, and the limit.
//
//     bench_throughput --benchmark_repetitions=10 --benchmark_report_aggregates_only=true
//
// Every contestant runs the same action, `x + 5`, on the tasks 0 to n - 1 with the same number of
// workers, and starts and ends them each time. `items_per_second` is tasks a second. What each of
// them does besides (results in task order, an outcome for each task, an error for each task that
// throws, a limit of time, a stop) is in the table of peers.h.
#include <benchmark/benchmark.h>

#include <numeric>
#include <vector>

#include "bench/peers.h"
#include "core/processes/runtime.h"
#include "core/threads/runtime.h"
#include "naive/pool.h"
#include "reactor/reactor.h"

namespace workbench::bench {
namespace {

std::vector<int> tasks(std::size_t count) {
  std::vector<int> tasks(count);
  std::iota(tasks.begin(), tasks.end(), 0);
  return tasks;
}

int action(int task) { return task + 5; }

// Times `run(tasks, workers)`; the tasks are made outside of what is timed.
template <class Run>
void measure(benchmark::State& state, Run run) {
  const auto count = static_cast<std::size_t>(state.range(0));
  const auto workers = static_cast<int>(state.range(1));
  for ([[maybe_unused]] const auto _ : state) {
    state.PauseTiming();
    auto input = tasks(count);
    state.ResumeTiming();
    benchmark::DoNotOptimize(run(std::move(input), workers));
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

template <class Runtime>
void naive_pool(benchmark::State& state) {
  measure(state, [](std::vector<int> input, int workers) {
    return naive::Pool<Runtime>({.parallelism = workers}).run(std::move(input), action);
  });
}

template <class Runtime>
void reactor_keep_going(benchmark::State& state) {
  measure(state, [](std::vector<int> input, int workers) {
    return reactor::Reactor<Runtime>({.stop_on_error = false, .parallelism = workers})
        .run(std::move(input), action);
  });
}

template <class Runtime>
void reactor_stop_on_error(benchmark::State& state) {
  measure(state, [](std::vector<int> input, int workers) {
    return reactor::Reactor<Runtime>({.stop_on_error = true, .parallelism = workers})
        .run(std::move(input), action);
  });
}

template <class Peer>
void peer(benchmark::State& state) {
  measure(state, [](const std::vector<int>& input, int workers) {
    return Peer::run(input, workers, action);
  });
}

// The counts of tasks for two workers, and the counts of workers for many tasks.
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

BENCHMARK(naive_pool<Threads>)->Apply(tasks_and_workers);
BENCHMARK(reactor_keep_going<Threads>)->Apply(tasks_and_workers);
BENCHMARK(reactor_stop_on_error<Threads>)->Apply(tasks_and_workers);

BENCHMARK(naive_pool<Processes>)->Apply(few_tasks);
BENCHMARK(reactor_keep_going<Processes>)->Apply(few_tasks)->Args({1'000'000, 2});
BENCHMARK(reactor_stop_on_error<Processes>)->Apply(few_tasks)->Args({1'000'000, 2});

BENCHMARK(peer<AtomicClaim>)->Apply(tasks_and_workers);
BENCHMARK(peer<GuidedClaim>)->Apply(tasks_and_workers);
BENCHMARK(peer<StdAsync>)->Apply(few_tasks);
#if __has_include(<tbb/task_group.h>)
BENCHMARK(peer<TbbTaskGroup>)->Apply(tasks_and_workers);
BENCHMARK(peer<TbbParallelFor>)->Apply(tasks_and_workers);
#endif
#if __has_include(<asio/thread_pool.hpp>)
BENCHMARK(peer<AsioThreadPool>)->Apply(few_tasks);
#endif
#if __has_include(<concurrentqueue/blockingconcurrentqueue.h>)
BENCHMARK(peer<MoodycamelPool>)->Apply(few_tasks);
#endif
#if defined(_OPENMP)
BENCHMARK(peer<OpenMpTasks>)->Apply(few_tasks);
#endif

}  // namespace
}  // namespace workbench::bench
