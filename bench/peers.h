/// @file
/// Other ways to carry out an action on each of many tasks, for comparison.
///
/// | | results in order | outcome a task | error a task | limit of time | stop |
/// |---|---|---|---|---|---|
/// | the reactor | yes | yes | yes, with its stack | yes | yes |
/// | the naive pool | no | no | no: it hangs | no | no |
/// | std::async, asio with futures | yes | yes | yes | no | no |
/// | moodycamel's queues in the naive pool's place | no | no | no: it hangs | no | no |
/// | oneTBB task_group, parallel_for | yes | no | the first | no | yes |
/// | OpenMP tasks | yes | no | no: it terminates | no | no |
/// | claims of one index, or of guided ranges | yes | no | no: it terminates | no | no |
///
/// AtomicClaim and GuidedClaim, in the last row, are no pools. They show how fast one task, or a
/// range of them, can be handed out at all. Each contestant returns a vector of results; the table
/// says whether it is in the order of tasks.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <future>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#if __has_include(<tbb/task_group.h>)
#include <tbb/blocked_range.h>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>
#include <tbb/task_group.h>
#endif
#if __has_include(<asio/thread_pool.hpp>)
#include <asio/post.hpp>
#include <asio/thread_pool.hpp>
#endif
#if __has_include(<concurrentqueue/blockingconcurrentqueue.h>)
#include <concurrentqueue/blockingconcurrentqueue.h>
#endif

#include "core/batching/batch_size.h"
#include "core/posix/large_pages.h"

namespace workbench::bench {

/// Runs `body()` on this many threads, and waits until all have ended.
template <class Body>
void on_threads(int workers, Body body) {
  std::vector<std::jthread> threads;
  threads.reserve(static_cast<std::size_t>(workers));
  for (int i = 0; i < workers; ++i) threads.emplace_back(body);
}

/// A vector of `count` results, in the same kind of memory as those of the reactor, so that nobody
/// has an advantage from it.
inline std::vector<int> room_for(std::size_t count) {
  std::vector<int> results;
  results.reserve(count);
  use_large_pages(results);
  results.resize(count);
  return results;
}

struct AtomicClaim {
  template <class Action>
  static std::vector<int> run(const std::vector<int>& tasks, int workers, Action action) {
    std::vector<int> results = room_for(tasks.size());
    std::atomic<std::size_t> next{0};
    on_threads(workers, [&] {
      for (std::size_t task = next++; task < tasks.size(); task = next++) {
        results[task] = action(tasks[task]);
      }
    });
    return results;
  }
};

struct GuidedClaim {
  template <class Action>
  static std::vector<int> run(const std::vector<int>& tasks, int workers, Action action) {
    std::vector<int> results = room_for(tasks.size());
    std::atomic<std::size_t> next{0};
    on_threads(workers, [&] {
      for (;;) {
        std::size_t begin = next.load();
        std::size_t end = 0;
        do {
          end = begin + batch_size(tasks.size() - begin, static_cast<std::size_t>(workers));
        } while (!next.compare_exchange_weak(begin, end));
        if (begin == end) return;
        for (std::size_t task = begin; task < end; ++task) results[task] = action(tasks[task]);
      }
    });
    return results;
  }
};

/// One future for each task. std::async starts a thread for each, so only `workers` of them are
/// started at a time.
struct StdAsync {
  template <class Action>
  static std::vector<int> run(const std::vector<int>& tasks, int workers, Action action) {
    std::vector<int> results;
    std::vector<std::future<int>> wave;
    for (const int task : tasks) {
      wave.push_back(std::async(std::launch::async, action, task));
      if (wave.size() < static_cast<std::size_t>(workers)) continue;
      for (auto& each : wave) results.push_back(each.get());
      wave.clear();
    }
    for (auto& each : wave) results.push_back(each.get());
    return results;
  }
};

#if __has_include(<tbb/task_group.h>)
struct TbbTaskGroup {
  template <class Action>
  static std::vector<int> run(const std::vector<int>& tasks, int workers, Action action) {
    std::vector<int> results = room_for(tasks.size());
    tbb::task_arena arena(workers);
    arena.execute([&] {
      tbb::task_group group;
      for (std::size_t i = 0; i < tasks.size(); ++i) {
        group.run([&, i] { results[i] = action(tasks[i]); });
      }
      group.wait();
    });
    return results;
  }
};

struct TbbParallelFor {
  template <class Action>
  static std::vector<int> run(const std::vector<int>& tasks, int workers, Action action) {
    std::vector<int> results = room_for(tasks.size());
    tbb::task_arena arena(workers);
    arena.execute([&] {
      tbb::parallel_for(std::size_t{0}, tasks.size(),
                        [&](std::size_t i) { results[i] = action(tasks[i]); });
    });
    return results;
  }
};
#endif

#if __has_include(<asio/thread_pool.hpp>)
struct AsioThreadPool {
  template <class Action>
  static std::vector<int> run(const std::vector<int>& tasks, int workers, Action action) {
    asio::thread_pool pool(static_cast<std::size_t>(workers));
    std::vector<std::future<int>> futures;
    futures.reserve(tasks.size());
    for (const int task : tasks) {
      std::packaged_task<int()> job([action, task] { return action(task); });
      futures.push_back(job.get_future());
      asio::post(pool, std::move(job));
    }
    std::vector<int> results;
    results.reserve(tasks.size());
    for (auto& each : futures) results.push_back(each.get());
    return results;
  }
};
#endif

#if __has_include(<concurrentqueue/blockingconcurrentqueue.h>)
struct MoodycamelPool {
  template <class Action>
  static std::vector<int> run(const std::vector<int>& tasks, int workers, Action action) {
    moodycamel::BlockingConcurrentQueue<std::optional<std::size_t>> input_queue;
    moodycamel::BlockingConcurrentQueue<int> result_queue;
    for (std::size_t task = 0; task < tasks.size(); ++task) input_queue.enqueue(task);
    for (int i = 0; i < workers; ++i) input_queue.enqueue(std::nullopt);
    on_threads(workers, [&] {
      std::optional<std::size_t> task;
      for (input_queue.wait_dequeue(task); task; input_queue.wait_dequeue(task)) {
        result_queue.enqueue(action(tasks[*task]));
      }
    });
    std::vector<int> results = room_for(tasks.size());
    for (int& result : results) result_queue.wait_dequeue(result);
    return results;
  }
};
#endif

#if defined(_OPENMP)
struct OpenMpTasks {
  template <class Action>
  static std::vector<int> run(const std::vector<int>& tasks, int workers, Action action) {
    std::vector<int> results = room_for(tasks.size());
#pragma omp parallel num_threads(workers)
#pragma omp single
    for (std::size_t i = 0; i < tasks.size(); ++i) {
#pragma omp task shared(results, tasks, action) firstprivate(i)
      results[i] = action(tasks[i]);
    }
    return results;
  }
};
#endif

}  // namespace workbench::bench
