/// @file
/// Faults as decorators: `Faulty<Runtime>` is a Runtime in whose queues and workers faults can
/// strike, and `faulty` does the same for an action. The pools do not know about it. The places
/// where a fault can strike are called windows (model/fault.h).
#pragma once

#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "core/decorator.h"
#include "core/failure.h"
#include "core/runtime.h"
#include "core/this_worker.h"
#include "scenarios/inject/injector.h"
#include "scenarios/trace/queue_role.h"

namespace workbench::scenarios {

/// A queue in which a fault can strike just before and just after a task is popped or a result is
/// pushed.
template <class Inner, class T>
class FaultyQueue : public QueueDecorator<FaultyQueue<Inner, T>, Inner, T> {
 public:
  template <class Runtime>
  FaultyQueue(Runtime& runtime, const std::string& name, QueueOptions options = {})
      : QueueDecorator<FaultyQueue, Inner, T>(runtime.inner(), name, options),
        injector_(runtime.injector()),
        is_result_queue_(trace::role_of(name) == trace::QueueRole::result) {}

  template <class Items>
  void before_push(const Items& items, const QueueCall& /*call*/) {
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (is_result_queue_) injector_->at(Window::before_push);
      if constexpr (kTasks) injector_->at_callers(Window::feeding);
    }
  }
  void after_push() {
    if (is_result_queue_) injector_->at(Window::after_push);
  }
  void before_pop(const QueueCall& /*call*/) {
    if constexpr (kTasks) injector_->before_pop();
    if (is_result_queue_) injector_->at_callers(Window::collecting);
  }
  void after_pop([[maybe_unused]] const T& item) {
    if constexpr (kTasks) injector_->after_pop(item);
  }
  void before_drain() {
    if constexpr (kTasks) injector_->at_callers(Window::stopping);
  }

 private:
  static constexpr bool kTasks = std::same_as<T, MaybeTask>;

  std::shared_ptr<Injector> injector_;
  bool is_result_queue_;
};

/// A crew that can fail to start a worker, as if the system refused, and whose caller can be struck
/// when it joins.
template <class Inner>
class FaultyCrew : public CrewDecorator<Inner> {
 public:
  FaultyCrew(std::shared_ptr<Injector> injector, Inner inner, OnExit on_exit)
      : CrewDecorator<Inner>(std::move(inner)),
        injector_(std::move(injector)),
        on_exit_(std::move(on_exit)) {}

  void add_worker() {
    const WorkerId id = next_id_++;
    try {
      injector_->at_start(id);
    } catch (...) {
      if (!on_exit_) throw;
      on_exit_({.worker = id, .how = Exit::How::not_started, .failure = current_failure()});
      return;
    }
    CrewDecorator<Inner>::add_worker();
  }
  void join(Where where = Where::here()) {
    injector_->at_callers(Window::joining);
    CrewDecorator<Inner>::join(where);
  }

 private:
  std::shared_ptr<Injector> injector_;
  OnExit on_exit_;
  WorkerId next_id_ = 0;
};

template <Runtime Inner>
class Faulty : public RuntimeDecorator<Inner> {
 public:
  template <class T>
  using Queue = FaultyQueue<typename Inner::template Queue<T>, T>;
  using Crew = FaultyCrew<typename Inner::Crew>;

  explicit Faulty(std::shared_ptr<Injector> injector, Inner inner = {})
      : RuntimeDecorator<Inner>(std::move(inner)), injector_(std::move(injector)) {}

  template <class Body>
  Crew launch(int n, Body body, OnExit on_exit = {}) {
    auto struck_body = [body = std::move(body),
                        injector = injector_](std::stop_token token) mutable {
      const LeaveAtEnd leave{*injector};
      run_body(body, token);
      injector->at(Window::before_exit);
    };
    // Start with no workers: `add_worker` adds them one by one, and a fault may refuse each.
    Crew crew(injector_, this->inner().launch(0, std::move(struck_body), on_exit), on_exit);
    for (int i = 0; i < n; ++i) crew.add_worker();
    return crew;
  }

  const std::shared_ptr<Injector>& injector() const { return injector_; }

 private:
  struct LeaveAtEnd {
    Injector& injector;
    ~LeaveAtEnd() { injector.leave(); }
  };

  std::shared_ptr<Injector> injector_;
};

/// `action`, with the window `in_action` just before the work of `action` itself.
template <class Action>
auto faulty(std::shared_ptr<Injector> injector, Action action) {
  return [injector = std::move(injector), action = std::move(action)](const auto& task) {
    if constexpr (std::convertible_to<decltype(task), TaskId>) {
      // No worker of ours runs this: the pool has brought its own threads.
      if (!this_worker_id()) injector->in_foreign_action(static_cast<TaskId>(task));
    }
    injector->at(Window::in_action);
    return std::invoke(action, task);
  };
}

}  // namespace workbench::scenarios
