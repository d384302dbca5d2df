// What does a queue cost by itself, and what do large results cost?
//
//     bench_queues --benchmark_repetitions=10 --benchmark_report_aggregates_only=true
#include <benchmark/benchmark.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstddef>
#include <string>
#include <system_error>
#include <vector>

#include "bench/pools.h"
#include "core/task.h"

namespace workbench::bench {
namespace {

constexpr std::size_t kItems = 10'000;

std::vector<MaybeTask> items() {
  std::vector<MaybeTask> items(kItems);
  for (TaskId task = 0; task < kItems; ++task) items[task] = task;
  return items;
}

// One worker takes 10,000 tasks. Three variants show what the fast path is made of: all tasks
// pushed one at a time; all pushed at once; and in the third they are also taken in batches.
enum class How { one_at_a_time, pushed_at_once, in_batches };

template <class Runtime, How how>
void tasks_to_a_worker(benchmark::State& state) {
  for (auto _ : state) {
    Runtime runtime;
    typename Runtime::template Queue<MaybeTask> tasks(
        runtime, "tasks", {.workers = how == How::in_batches ? std::size_t{1} : 0});
    if (how == How::one_at_a_time) {
      for (const MaybeTask task : items()) tasks.push(task);
    } else {
      tasks.push_all(items());
    }
    tasks.push(pill);
    auto crew = runtime.launch(1, [tasks]() mutable {
      while (tasks.pop()) {
      }
    });
    crew.join();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kItems));
}

// One worker pushes 10,000 results. The caller takes as many at a time as there are.
template <class Runtime>
void results_to_the_caller(benchmark::State& state) {
  for (auto _ : state) {
    Runtime runtime;
    typename Runtime::template Queue<int> results(runtime, "results");
    auto crew = runtime.launch(1, [results]() mutable {
      for (std::size_t i = 0; i < kItems; ++i) results.push(1);
    });
    for (std::size_t seen = 0; seen < kItems;) seen += results.pop_some(kItems).size();
    crew.join();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kItems));
}

BENCHMARK_TEMPLATE(tasks_to_a_worker, Threads, How::one_at_a_time)->UseRealTime();
BENCHMARK_TEMPLATE(tasks_to_a_worker, Threads, How::pushed_at_once)->UseRealTime();
BENCHMARK_TEMPLATE(tasks_to_a_worker, Threads, How::in_batches)->UseRealTime();
BENCHMARK_TEMPLATE(tasks_to_a_worker, Processes, How::one_at_a_time)->UseRealTime();
BENCHMARK_TEMPLATE(tasks_to_a_worker, Processes, How::pushed_at_once)->UseRealTime();
BENCHMARK_TEMPLATE(tasks_to_a_worker, Processes, How::in_batches)->UseRealTime();
BENCHMARK(results_to_the_caller<Threads>)->UseRealTime();
BENCHMARK(results_to_the_caller<Processes>)->UseRealTime();

// ---- large results ----

// Copies bytes from one process to another through a socketpair: how it is done without shared
// memory, and what `large_results` is compared with.
void socketpair_copy(benchmark::State& state) {
  const auto size = static_cast<std::size_t>(state.range(0));
  constexpr int kMessages = 16;
  for (auto _ : state) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) {
      throw std::system_error(errno, std::generic_category(), "socketpair");
    }
    const pid_t child = fork();
    if (child == 0) {
      const std::string message(size, 'x');
      for (int i = 0; i < kMessages; ++i) {
        for (std::size_t sent = 0; sent < size;) {
          const ssize_t count = write(ends[1], message.data() + sent, size - sent);
          if (count <= 0) _exit(1);
          sent += static_cast<std::size_t>(count);
        }
      }
      _exit(0);
    }
    close(ends[1]);
    std::vector<std::string> messages;
    for (int i = 0; i < kMessages; ++i) {
      std::string message(size, '\0');
      for (std::size_t seen = 0; seen < size;) {
        const ssize_t count = read(ends[0], message.data() + seen, size - seen);
        if (count <= 0) break;
        seen += static_cast<std::size_t>(count);
      }
      messages.push_back(std::move(message));
    }
    benchmark::DoNotOptimize(messages);
    close(ends[0]);
    waitpid(child, nullptr, 0);
  }
  state.SetBytesProcessed(state.iterations() * kMessages * state.range(0));
}

template <class Pool>
void large_results(benchmark::State& state) {
  const auto size = static_cast<std::size_t>(state.range(0));
  constexpr int kTasks = 16;
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        Pool::run(numbers(kTasks), 1, [size](int) { return std::string(size, 'x'); }));
  }
  state.SetBytesProcessed(state.iterations() * kTasks * state.range(0));
}

void sizes(benchmark::internal::Benchmark* bench) {
  bench->ArgName("bytes")->UseRealTime()->Unit(benchmark::kMillisecond);
  for (const int size : {1 << 10, 1 << 16, 1 << 20}) bench->Args({size});
}
BENCHMARK(socketpair_copy)->Apply(sizes);
BENCHMARK(large_results<NaivePool<Processes>>)->Apply(sizes);
BENCHMARK(large_results<KeepGoing<Processes>>)->Apply(sizes);
BENCHMARK(large_results<KeepGoing<Threads>>)->Apply(sizes);

}  // namespace
}  // namespace workbench::bench
