/// @file
/// Faults as decorators: `Faulty<Runtime>` is a Runtime whose queues and workers pass through the
/// windows in which a fault can strike, and `faulty` does the same for an action. The pools know
/// nothing of it.
#pragma once

#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "core/failure.h"
#include "core/runtime.h"
#include "core/this_worker.h"
#include "core/trace/board.h"
#include "scenarios/injector.h"

namespace workbench::scenarios {

using trace::Where;

/// A queue whose users may be struck just before and after they pop a task or push a result.
template <class Inner, class T>
class FaultyQueue {
 public:
  template <class Runtime>
  FaultyQueue(Runtime& runtime, std::string name, QueueOptions options = {})
      : injector_(runtime.injector()),
        is_result_queue_(name == "result_queue"),
        inner_(runtime.inner(), std::move(name), options) {}

  void push(T item, [[maybe_unused]] Where where = Where::here()) {
    before_push();
    if constexpr (kTraced) {
      inner_.push(std::move(item), where);
    } else {
      inner_.push(std::move(item));
    }
    if (is_result_queue_) injector_->at(Window::after_push);
  }
  void push_now(T item) {
    before_push();
    inner_.push_now(std::move(item));
    if (is_result_queue_) injector_->at(Window::after_push);
  }
  template <class Items = std::vector<T>>
  void push_all(Items items, [[maybe_unused]] Where where = Where::here()) {
    for (std::size_t i = 0; i < items.size(); ++i) before_push();
    if constexpr (kTraced) {
      inner_.push_all(std::move(items), where);
    } else {
      inner_.push_all(std::move(items));
    }
  }
  T pop(Where where = Where::here()) {
    before_pop();
    T item = pop_inner(where);
    after_pop(item);
    return item;
  }
  std::optional<T> pop_for(Duration timeout, [[maybe_unused]] Where where = Where::here()) {
    before_pop();
    auto item = [&] {
      if constexpr (kTraced) {
        return inner_.pop_for(timeout, where);
      } else {
        return inner_.pop_for(timeout);
      }
    }();
    if (item) after_pop(*item);
    return item;
  }
  std::optional<T> try_pop() {
    auto item = inner_.try_pop();
    if (item) after_pop(*item);
    return item;
  }
  std::vector<T> pop_some(std::size_t max, Duration timeout = kForever,
                          [[maybe_unused]] Where where = Where::here()) {
    before_pop();
    auto items = [&] {
      if constexpr (kTraced) {
        return inner_.pop_some(max, timeout, where);
      } else {
        return inner_.pop_some(max, timeout);
      }
    }();
    for (const T& item : items) after_pop(item);
    return items;
  }
  std::vector<T> drain() {
    if constexpr (kTasks) injector_->at_callers(Window::stopping);
    return inner_.drain();
  }
  std::size_t size() const { return inner_.size(); }
  const std::string& name() const { return inner_.name(); }

 private:
  static constexpr bool kTasks = std::same_as<T, MaybeTask>;
  // A traced queue wants to know where in the source the pool calls it.
  static constexpr bool kTraced = requires(Inner & inner, Where where) { inner.pop(where); };

  T pop_inner([[maybe_unused]] Where where) {
    if constexpr (kTraced) {
      return inner_.pop(where);
    } else {
      return inner_.pop();
    }
  }

  void before_push() {
    if (is_result_queue_) injector_->at(Window::before_push);
    if constexpr (kTasks) injector_->at_callers(Window::feeding);
  }
  void before_pop() {
    if constexpr (kTasks) injector_->before_pop();
    if (is_result_queue_) injector_->at_callers(Window::collecting);
  }
  void after_pop([[maybe_unused]] const T& item) {
    if constexpr (kTasks) injector_->after_pop(item);
  }

  std::shared_ptr<Injector> injector_;
  bool is_result_queue_;
  Inner inner_;
};

/// A crew whose workers may be refused by the system, and whose caller may be struck when it joins.
template <class Inner>
class FaultyCrew {
 public:
  FaultyCrew(std::shared_ptr<Injector> injector, Inner inner, OnExit on_exit)
      : injector_(std::move(injector)), inner_(std::move(inner)), on_exit_(std::move(on_exit)) {}

  void add_worker() {
    const WorkerId id = next_id_++;
    try {
      injector_->at_start(id);
    } catch (...) {
      if (!on_exit_) throw;
      on_exit_({.worker = id, .how = Exit::How::not_started, .failure = current_failure()});
      return;
    }
    inner_.add_worker();
  }
  void join([[maybe_unused]] Where where = Where::here()) {
    injector_->at_callers(Window::joining);
    if constexpr (requires { inner_.join(where); }) {
      inner_.join(where);
    } else {
      inner_.join();
    }
  }
  std::vector<Hold> holds() { return inner_.holds(); }
  bool end(const Hold& hold) { return inner_.end(hold); }
  std::size_t abandoned() const { return inner_.abandoned(); }

 private:
  std::shared_ptr<Injector> injector_;
  Inner inner_;
  OnExit on_exit_;
  WorkerId next_id_ = 0;
};

template <Runtime Inner>
class Faulty {
 public:
  template <class T>
  using Queue = FaultyQueue<typename Inner::template Queue<T>, T>;
  using Crew = FaultyCrew<typename Inner::Crew>;

  explicit Faulty(std::shared_ptr<Injector> injector, Inner inner = {})
      : injector_(std::move(injector)), inner_(std::move(inner)) {}

  template <class Body>
  Crew launch(int n, Body body, OnExit on_exit = {}) {
    auto struck_body = [body = std::move(body),
                        injector = injector_](std::stop_token token) mutable {
      const Leaving leaving{*injector};
      run_body(body, token);
      injector->at(Window::before_exit);
    };
    Crew crew(injector_, inner_.launch(0, std::move(struck_body), on_exit), on_exit);
    for (int i = 0; i < n; ++i) crew.add_worker();
    return crew;
  }

  TimePoint now() const { return inner_.now(); }
  Inner& inner() { return inner_; }
  const std::shared_ptr<Injector>& injector() const { return injector_; }

 private:
  struct Leaving {
    Injector& injector;
    ~Leaving() { injector.leave(); }
  };

  std::shared_ptr<Injector> injector_;
  Inner inner_;
};

/// `action`, with the window in_action just before its own work.
template <class Action>
auto faulty(std::shared_ptr<Injector> injector, Action action) {
  return [injector = std::move(injector), action = std::move(action)](const auto& task) {
    if constexpr (std::convertible_to<decltype(task), TaskId>) {
      if (!this_worker_id()) injector->in_foreign_action(static_cast<TaskId>(task));
    }
    injector->at(Window::in_action);
    return std::invoke(action, task);
  };
}

}  // namespace workbench::scenarios
