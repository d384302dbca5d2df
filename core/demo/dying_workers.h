/// @file
/// Workers that die between two tasks, where no action is to blame: `DyingWorkers<Runtime>` is a
/// Runtime whose workers throw instead of taking a task. The pools do not notice it.
///
///     demo::DyingWorkers dying(runtime, [](MaybeTask last) { return last == TaskId{0}; });
///
/// Here the worker that took task 0 dies when it comes back for another one.
#pragma once

#include <concepts>
#include <functional>
#include <stdexcept>
#include <string>
#include <utility>

#include "core/decorator.h"
#include "core/runtime.h"
#include "core/task.h"

namespace workbench::demo {

/// Does a worker die now? It is about to take a task; `last` is the task it took before, if any.
using DiesNow = std::function<bool(MaybeTask last)>;

template <class Inner, class T>
class DyingWorkersQueue : public QueueDecorator<DyingWorkersQueue<Inner, T>, Inner, T> {
 public:
  template <class Runtime>
  DyingWorkersQueue(Runtime& runtime, const std::string& name, QueueOptions options = {})
      : QueueDecorator<DyingWorkersQueue, Inner, T>(runtime.inner(), name, options),
        dies_now_(runtime.dies_now()) {}

  void before_pop(const QueueCall& /*call*/) {
    if constexpr (std::same_as<T, MaybeTask>) {
      if (dies_now_(last_)) throw std::runtime_error("doomed between two tasks");
    }
  }
  void after_pop([[maybe_unused]] const T& item) {
    if constexpr (std::same_as<T, MaybeTask>) last_ = item;
  }

 private:
  DiesNow dies_now_;
  MaybeTask last_{};  // of this worker: each worker has its own handles to the queues
};

template <Runtime Inner>
class DyingWorkers : public RuntimeDecorator<Inner> {
 public:
  template <class T>
  using Queue = DyingWorkersQueue<typename Inner::template Queue<T>, T>;

  DyingWorkers(Inner inner, DiesNow dies_now)
      : RuntimeDecorator<Inner>(std::move(inner)), dies_now_(std::move(dies_now)) {}

  const DiesNow& dies_now() const { return dies_now_; }

 private:
  DiesNow dies_now_;
};

}  // namespace workbench::demo
