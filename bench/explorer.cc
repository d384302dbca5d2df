// How many schedules a second does the explorer run, and how long does it take for all of them?
//
//     bench_explorer --benchmark_repetitions=10
//
// `items_per_second` is schedules a second. The explorer runs the real code of the pools, with real
// exceptions: if tasks throw, unwinding takes most of the time.
#include "core/simulated/explorer.h"

#include <benchmark/benchmark.h>

#include <cstddef>
#include <functional>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/simulated/sync.h"
#include "naive/pool.h"
#include "reactor/reactor.h"

namespace workbench {
namespace {

std::vector<TaskId> tasks(std::size_t count) {
  std::vector<TaskId> tasks(count);
  std::iota(tasks.begin(), tasks.end(), TaskId{0});
  return tasks;
}

void explore_all(benchmark::State& state, std::function<void()> run) {
  const simulated::Program program{.run = std::move(run),
                                   .outcome = [](simulated::Ending) { return std::string(); }};
  std::size_t schedules = 0;
  for ([[maybe_unused]] const auto _ : state) {
    const auto found = simulated::explore(program, {});
    if (!found.complete) state.SkipWithError("not all schedules were run");
    schedules = found.schedules;
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(schedules) * state.iterations());
  state.counters["schedules"] = static_cast<double>(schedules);
}

void explore_naive(benchmark::State& state) {
  const auto workers = static_cast<int>(state.range(0));
  const auto count = static_cast<std::size_t>(state.range(1));
  explore_all(state, [=] {
    naive::Pool<Simulated>({.parallelism = workers}).run(tasks(count), [](TaskId task) {
      return task;
    });
  });
}

// In a reactor that stops at an error, or in one that keeps going. If `throws`, the last task
// throws.
void explore_reactor(benchmark::State& state, bool stop_on_error, bool throws) {
  const auto workers = static_cast<int>(state.range(0));
  const auto count = static_cast<std::size_t>(state.range(1));
  explore_all(state, [=] {
    const reactor::Reactor<Simulated> reactor(
        {.stop_on_error = stop_on_error, .parallelism = workers});
    try {
      reactor.run(tasks(count), [=](TaskId task) {
        if (throws && task + 1 == count) throw std::runtime_error("boom");
        return task;
      });
    } catch (const reactor::Error&) {  // a run may well end in this way
    }
  });
}

BENCHMARK(explore_naive)->Args({2, 2})->Args({3, 3})->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(explore_reactor, keep_going, false, false)
    ->Args({2, 2})
    ->Args({2, 3})
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(explore_reactor, keep_going_throws, false, true)
    ->Args({2, 2})
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(explore_reactor, stop_on_error, true, true)
    ->Args({2, 2})
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace workbench
