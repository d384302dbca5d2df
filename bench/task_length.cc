// Does a pool lose time when tasks are not empty? It should not: beside tasks of a millisecond, the
// work of the pool itself is next to nothing, unless it deals out the tasks badly.
//
//     bench_task_length --benchmark_repetitions=10 --benchmark_report_aggregates_only=true
//
// `of_ideal` is the time that the run took, divided by the least that any pool could take: the sum
// of all tasks divided by the number of workers. `of_greedy` is the time divided by that of greedy
// list scheduling, in which a worker that is free takes the next task. That is what one can hope
// for if tasks differ and nobody knows how long each will take (Graham, SIAM Journal on Applied
// Mathematics, 1969).
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <numeric>
#include <queue>
#include <random>
#include <vector>

#include "bench/pools.h"

namespace workbench::bench {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

// Keeps its processor busy until so much time has passed by the clock.
int spin(Duration length) {
  const TimePoint end = Clock::now() + length;
  while (Clock::now() < end) {
  }
  return 0;
}

Duration sum(const std::vector<Duration>& tasks) {
  return std::accumulate(tasks.begin(), tasks.end(), Duration::zero());
}

Duration greedy_makespan(const std::vector<Duration>& tasks, int workers) {
  std::priority_queue<Duration, std::vector<Duration>, std::greater<>> free_at;
  for (int i = 0; i < workers; ++i) free_at.push(Duration::zero());
  Duration makespan{};
  for (const Duration task : tasks) {
    const Duration end = free_at.top() + task;
    free_at.pop();
    free_at.push(end);
    makespan = std::max(makespan, end);
  }
  return makespan;
}

template <class Pool>
void measure(benchmark::State& state, const std::vector<Duration>& tasks, int workers) {
  double seconds = 0;
  for (auto _ : state) {
    const TimePoint start = Clock::now();
    benchmark::DoNotOptimize(Pool::run(tasks, workers, spin));
    const std::chrono::duration<double> taken = Clock::now() - start;
    state.SetIterationTime(taken.count());
    seconds += taken.count();
  }
  using Seconds = std::chrono::duration<double>;
  const double mean = seconds / static_cast<double>(state.iterations());
  state.counters["of_ideal"] = mean / (Seconds(sum(tasks)).count() / workers);
  state.counters["of_greedy"] = mean / Seconds(greedy_makespan(tasks, workers)).count();
}

// Tasks that are all alike. The arguments: how many tasks, and how many microseconds each takes.
template <class Pool>
void alike(benchmark::State& state) {
  const std::vector<Duration> tasks(static_cast<std::size_t>(state.range(0)),
                                    microseconds(state.range(1)));
  measure<Pool>(state, tasks, 2);
}

void lengths(benchmark::internal::Benchmark* bench) {
  bench->ArgNames({"tasks", "us"})->UseManualTime()->Unit(benchmark::kMillisecond);
  bench->Args({100'000, 1})->Args({5'000, 100})->Args({500, 1'000});
}

BENCHMARK(alike<NaivePool<Threads>>)->Apply(lengths);
BENCHMARK(alike<KeepGoing<Threads>>)->Apply(lengths);
BENCHMARK(alike<StopOnError<Threads>>)->Apply(lengths);
BENCHMARK(alike<NaivePool<Processes>>)->Apply(lengths);
BENCHMARK(alike<KeepGoing<Processes>>)->Apply(lengths);

// Tasks that are not alike: 1,000 of 1 ms of which one takes 200 ms instead, or 1,000 of random
// lengths.
std::vector<Duration> one_long(std::size_t position) {
  std::vector<Duration> tasks(1'000, milliseconds(1));
  tasks.at(position) = milliseconds(200);
  return tasks;
}

std::vector<Duration> exponential() {
  std::mt19937 random(1);  // the same lengths every time
  std::exponential_distribution<> lengths(1.0);
  std::vector<Duration> tasks(1'000);
  for (Duration& task : tasks) {
    task = std::chrono::duration_cast<Duration>(
        std::chrono::duration<double, std::milli>(lengths(random)));
  }
  return tasks;
}

std::vector<Duration> sorted(bool upwards) {
  auto tasks = exponential();
  std::sort(tasks.begin(), tasks.end());
  if (!upwards) std::reverse(tasks.begin(), tasks.end());
  return tasks;
}

template <class Pool>
void skewed(benchmark::State& state, const std::vector<Duration>& tasks) {
  measure<Pool>(state, tasks, 2);
}

template <class Pool>
void register_skewed(const std::string& pool) {
  const std::pair<const char*, std::vector<Duration>> profiles[] = {
      {"long_first", one_long(0)},  {"long_in_the_middle", one_long(500)},
      {"long_last", one_long(999)}, {"exponential", exponential()},
      {"growing", sorted(true)},    {"shrinking", sorted(false)},
  };
  for (const auto& [profile, tasks] : profiles) {
    const auto body = [tasks = tasks](benchmark::State& state) { skewed<Pool>(state, tasks); };
    benchmark::RegisterBenchmark(("skewed<" + pool + ">/" + profile).c_str(), body)
        ->UseManualTime()
        ->Unit(benchmark::kMillisecond);
  }
}

const bool kRegistered = [] {
  register_skewed<NaivePool<Threads>>("NaivePool<Threads>");
  register_skewed<KeepGoing<Threads>>("KeepGoing<Threads>");
  register_skewed<KeepGoing<Processes>>("KeepGoing<Processes>");
  return true;
}();

}  // namespace
}  // namespace workbench::bench
