// What do errors cost, how fast is a stop, and what does it take to start and end a crew?
//
//     bench_mishaps --benchmark_repetitions=10 --benchmark_report_aggregates_only=true
#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "bench/pools.h"
#include "core/posix/shared_memory.h"
#include "core/this_worker.h"

namespace workbench::bench {
namespace {

// Keeps a processor busy, as a task that computes does.
void compute(Duration duration) {
  for (const TimePoint end = Clock::now() + duration; Clock::now() < end;) {
  }
}

// Waits, as a task does that asks a server: more of these can be in progress than there are
// processors.
void ask_a_server(Duration duration) { std::this_thread::sleep_for(duration); }

// What the tasks of one run record for the measurement.
struct SeenOfAStop {
  static constexpr std::size_t kWorkers = 64;

  std::atomic<Duration::rep> thrown{0};
  std::atomic<Duration::rep> last_end{0};  // the last end of any task but the one that threw
  std::array<std::atomic<int>, kWorkers> begun_after{};  // tasks begun after it, by worker

  void end_task() {
    const auto now = Clock::now().time_since_epoch().count();
    auto last = last_end.load();
    while (last < now && !last_end.compare_exchange_weak(last, now)) {
    }
  }
};

// The limit: bare threads that look at one flag before each task, and end when it is set.
struct BareThreads {
  template <class Action>
  static void run(std::vector<int> tasks, int workers, const Action& action) {
    std::atomic<bool> stopped{false};
    std::atomic<std::size_t> next{0};
    std::vector<std::thread> threads;
    for (int worker = 0; worker < workers; ++worker) {
      threads.emplace_back([&, worker] {
        this_worker_id() = worker;
        while (!stopped) {
          const std::size_t task = next++;
          if (task >= tasks.size()) return;
          try {
            action(tasks[task]);
          } catch (const std::runtime_error&) {
            stopped = true;
          }
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    if (stopped) throw std::runtime_error("boom");
  }
};

// A task of 100 us throws, while the other workers are on theirs. Measured is the time from this
// throw until `run` throws. A part of it cannot be avoided, because nobody can end a thread in the
// middle of a task: `past_us` is the rest, after the last end of a task. `begun` is how many tasks
// each worker began after the throw, on average, and `most_begun` is the highest number of one
// worker in any iteration.
template <class Pool>
void stop(benchmark::State& state, void (*work)(Duration)) {
  const auto workers = static_cast<int>(state.range(0));
  const int tasks = 40 * workers;
  std::vector<double> past_us;
  double begun = 0;
  int most_begun = 0;
  for (auto _ : state) {
    const auto shared = posix::make_shared_memory<SeenOfAStop>();
    SeenOfAStop* const seen = shared.get();
    const auto action = [seen, work, last = tasks / 2](int task) {
      if (seen->thrown != 0) ++seen->begun_after.at(static_cast<std::size_t>(*this_worker_id()));
      work(std::chrono::microseconds(100));
      if (task == last) {
        seen->thrown = Clock::now().time_since_epoch().count();
        throw std::runtime_error("boom");
      }
      seen->end_task();
    };
    try {
      Pool::run(numbers(static_cast<std::size_t>(tasks)), workers, action);
      state.SkipWithError("it did not stop");
    } catch (const std::exception&) {
      const Duration now = Clock::now().time_since_epoch();
      const Duration thrown(seen->thrown.load());
      state.SetIterationTime(std::chrono::duration<double>(now - thrown).count());
      const Duration last_end = std::max(thrown, Duration(seen->last_end.load()));
      past_us.push_back(std::chrono::duration<double, std::micro>(now - last_end).count());
    }
    for (const auto& count : seen->begun_after) {
      begun += count;
      most_begun = std::max<int>(most_begun, count);
    }
  }
  const auto middle = past_us.begin() + static_cast<std::ptrdiff_t>(past_us.size() / 2);
  std::nth_element(past_us.begin(), middle, past_us.end());
  state.counters["past_us"] = past_us.empty() ? 0 : *middle;
  state.counters["begun"] = benchmark::Counter(begun / workers, benchmark::Counter::kAvgIterations);
  state.counters["most_begun"] = most_begun;
}
template <class Pool>
void register_stops(const std::string& pool) {
  constexpr std::pair<const char*, void (*)(Duration)> kWorks[] = {{"computing", compute},
                                                                   {"asking", ask_a_server}};
  for (const auto& [kind, work] : kWorks) {
    auto* const bench = benchmark::RegisterBenchmark(
        ("stop<" + pool + ">/" + kind).c_str(),
        [work = work](benchmark::State& state) { stop<Pool>(state, work); });
    bench->ArgName("workers")->UseManualTime()->Unit(benchmark::kMicrosecond);
    for (const int workers : {2, 8, 64}) bench->Args({workers});
  }
}

const bool kRegistered = [] {
  register_stops<BareThreads>("BareThreads");
  register_stops<StopOnError<Threads>>("StopOnError<Threads>");
  register_stops<StopOnError<Processes>>("StopOnError<Processes>");
  return true;
}();

// 10,000 tasks; of every thousand, `per_thousand` throw. The stack of a throw is always kept, but
// it is turned into lines only when somebody asks for them.
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

// Makes the lines of one traceback. The first time is not measured: it also reads the debug
// information.
void traceback(benchmark::State& state) {
  const auto report = KeepGoing<Threads>::run(std::vector<int>{0}, 1,
                                              [](int) -> int { throw std::runtime_error("boom"); });
  benchmark::DoNotOptimize(report.outcomes[0].failure()->trace());
  for (auto _ : state) benchmark::DoNotOptimize(report.outcomes[0].failure()->trace());
}
BENCHMARK(traceback)->Unit(benchmark::kMicrosecond);

// A crew with one empty task for each worker: little more than its start and its end.
template <class Pool>
void crew(benchmark::State& state) {
  const auto workers = static_cast<int>(state.range(0));
  for (auto _ : state) {
    benchmark::DoNotOptimize(Pool::run(numbers(static_cast<std::size_t>(workers)), workers,
                                       [](int task) { return task; }));
  }
  state.counters["per_worker_us"] = benchmark::Counter(
      workers * 1e-6, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
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
