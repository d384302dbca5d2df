/// @file
/// The pools of the workbench as contestants: all of them have the same `run(tasks, workers,
/// action)`.
#pragma once

#include <numeric>
#include <utility>
#include <vector>

#include "core/processes/runtime.h"
#include "core/threads/runtime.h"
#include "naive/pool.h"
#include "reactor/reactor.h"

namespace workbench::bench {

template <class Runtime>
struct NaivePool {
  template <class Task, class Action>
  static auto run(std::vector<Task> tasks, int workers, Action action) {
    return naive::Pool<Runtime>({.parallelism = workers}).run(std::move(tasks), std::move(action));
  }
};

template <class Runtime>
struct KeepGoing {
  template <class Task, class Action>
  static auto run(std::vector<Task> tasks, int workers, Action action) {
    return reactor::Reactor<Runtime>({.stop_on_error = false, .parallelism = workers})
        .run(std::move(tasks), std::move(action));
  }
};

template <class Runtime>
struct StopOnError {
  template <class Task, class Action>
  static auto run(std::vector<Task> tasks, int workers, Action action) {
    return reactor::Reactor<Runtime>({.stop_on_error = true, .parallelism = workers})
        .run(std::move(tasks), std::move(action));
  }
};

/// The tasks 0 to `count` - 1.
inline std::vector<int> numbers(std::size_t count) {
  std::vector<int> numbers(count);
  std::iota(numbers.begin(), numbers.end(), 0);
  return numbers;
}

}  // namespace workbench::bench
