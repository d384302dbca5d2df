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

#include "core/decorator.h"
#include "core/runtime.h"
#include "core/simulated/scheduler.h"
#include "core/this_worker.h"
#include "reactor/messages.h"

namespace workbench::mutants {

/// What was seen of the run. There is one at a time. The explorer is told who reads and who writes
/// what the verdict depends on, so that it tries both orders.
struct Observations {
  simulated::ObjectId error_object = 0;
  bool waited_for_an_error = false;
  std::set<TaskId> begun{};
  bool begun_twice = false;
  std::optional<TaskId> first_error{};  ///< the task of the first failure that the caller popped
  bool error_pushed = false;
  bool loses_a_reply = false;             ///< the one of task 0
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
inline Observations seen;

template <class Inner, class T>
class StrictQueue : public QueueDecorator<StrictQueue<Inner, T>, Inner, T> {
  using Base = QueueDecorator<StrictQueue, Inner, T>;

 public:
  template <class Runtime>
  StrictQueue(Runtime& runtime, const std::string& name, QueueOptions options = {})
      : Base(runtime.inner(), name, options) {}

  template <class Items>
  void before_push(const Items& /*items*/, const QueueCall& /*call*/) {
    if constexpr (kErrors) {
      simulated::Scheduler::current().touch(seen.error_object, true);
      seen.error_pushed = true;
    }
  }

  void push(T item, Where where = Where::here()) {
    if constexpr (requires { item.value(); }) {
      if (seen.loses_a_reply && item.value() != nullptr && *item.task() == 0) return;
    }
    Base::push(std::move(item), where);
  }

  T pop() {
    if constexpr (kErrors) {
      std::optional<T> there = this->try_pop();  // a step, so that all orders of it are seen
      if (there) return std::move(*there);
      seen.waited_for_an_error = true;
    }
    return Base::pop();
  }

  void after_pop([[maybe_unused]] const T& item) {
    if constexpr (kErrors) {
      const auto* failure = std::get_if<Failure>(&item);
      if (failure != nullptr && !seen.first_error) seen.first_error = failure->task;
    }
  }

 private:
  static constexpr bool kErrors = std::same_as<T, reactor::ErrorEntry>;
};

template <Runtime Inner>
class Strict : public RuntimeDecorator<Inner> {
 public:
  template <class T>
  using Queue = StrictQueue<typename Inner::template Queue<T>, T>;
  using Crew = typename Inner::Crew;

  explicit Strict(Inner inner) : RuntimeDecorator<Inner>(std::move(inner)) {}
};

}  // namespace workbench::mutants
