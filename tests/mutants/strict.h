/// @file
/// A runtime that looks after two promises of the reactor. Its caller never waits for
/// `error_queue`, because what a reply announces is there. And in stop-on-error no worker begins
/// more than one task after the error: the one for which it had looked for a stop token before.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>

#include "core/runtime.h"
#include "core/simulated/scheduler.h"
#include "core/this_worker.h"
#include "reactor/messages.h"

namespace workbench::mutants {

/// What was seen of the run. There is one at a time. The explorer is told who reads and who writes
/// what the verdict depends on, so that it tries both orders.
struct Seen {
  simulated::ObjectId error_object = 0;
  bool waited_for_an_error = false;
  std::set<TaskId> begun{};
  bool begun_twice = false;
  std::optional<TaskId> first_error{};  ///< the task of the first failure that the caller popped
  bool error_pushed = false;
  std::map<WorkerId, int> begun_after{};  ///< the first error, by each worker

  /// A worker begins a task.
  void begin(TaskId task) {
    if (!begun.insert(task).second) begun_twice = true;
    simulated::Scheduler::current().touch(error_object, false);
    if (error_pushed) ++begun_after[*this_worker_id()];
  }
  int most_begun_after() const {
    int most = 0;
    for (const auto& [worker, count] : begun_after) most = std::max(most, count);
    return most;
  }
};
inline Seen seen;

template <class Inner, class T>
class StrictQueue : public Inner {
 public:
  template <class Runtime>
  StrictQueue(Runtime& runtime, std::string name, QueueOptions options = {})
      : Inner(runtime.inner(), std::move(name), options) {}

  void push(T item) {
    if constexpr (std::same_as<T, reactor::Mishap>) {
      simulated::Scheduler::current().touch(seen.error_object, true);
      seen.error_pushed = true;
    }
    Inner::push(std::move(item));
  }

  T pop() {
    if constexpr (std::same_as<T, reactor::Mishap>) {
      std::optional<T> there = Inner::try_pop();  // a step, so that all orders of it are seen
      if (!there) seen.waited_for_an_error = true;
      T mishap = there ? std::move(*there) : Inner::pop();
      const auto* failure = std::get_if<Failure>(&mishap);
      if (failure != nullptr && !seen.first_error) seen.first_error = failure->task;
      return mishap;
    } else {
      return Inner::pop();
    }
  }
};

template <Runtime Inner>
class Strict {
 public:
  template <class T>
  using Queue = StrictQueue<typename Inner::template Queue<T>, T>;
  using Crew = typename Inner::Crew;

  explicit Strict(Inner inner) : inner_(std::move(inner)) {}

  template <class Body>
  Crew launch(int n, Body body, OnExit on_exit = {}) {
    return inner_.launch(n, std::move(body), std::move(on_exit));
  }
  TimePoint now() const { return inner_.now(); }
  Inner& inner() { return inner_; }

 private:
  Inner inner_;
};

}  // namespace workbench::mutants
