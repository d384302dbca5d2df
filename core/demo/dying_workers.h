/// @file
/// Workers that die between two tasks, where no action is to blame: `Doomed<Runtime>` is a Runtime
/// whose workers throw instead of taking a task. The pools know nothing of it.
///
///     demo::Doomed doomed(runtime, [](MaybeTask last) { return last == TaskId{0}; });
///
/// Here the worker that took task 0 dies when it comes back for another one.
#pragma once

#include <concepts>
#include <cstddef>
#include <functional>
#include <stdexcept>
#include <string>
#include <utility>

#include "core/runtime.h"
#include "core/task.h"

namespace workbench::demo {

/// Does a worker die now? It is about to take a task; `last` is the one before, empty at first.
using Doom = std::function<bool(MaybeTask last)>;

template <class Inner, class T>
class DoomedQueue : public Inner {
 public:
  template <class Runtime>
  DoomedQueue(Runtime& runtime, std::string name, QueueOptions options = {})
      : Inner(runtime, std::move(name), options), doom_(runtime.doom()) {}

  T pop() {
    if constexpr (std::same_as<T, MaybeTask>) {
      if (doom_(last_)) throw std::runtime_error("doomed between two tasks");
      return last_ = Inner::pop();
    } else {
      return Inner::pop();
    }
  }

 private:
  Doom doom_;
  MaybeTask last_{};  // this worker's: each worker has its own handles to the queues
};

template <Runtime Inner>
class Doomed : public Inner {
 public:
  template <class T>
  using Queue = DoomedQueue<typename Inner::template Queue<T>, T>;

  Doomed(Inner inner, Doom doom) : Inner(std::move(inner)), doom_(std::move(doom)) {}

  const Doom& doom() const { return doom_; }

 private:
  Doom doom_;
};

}  // namespace workbench::demo
