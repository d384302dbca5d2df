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

#include "core/runtime.h"
#include "scenarios/injector.h"

namespace workbench::scenarios {

/// A queue whose worker may be struck just before and after it pops a task or pushes a result.
template <class Inner, class T>
class FaultyQueue {
 public:
  template <class Runtime>
  FaultyQueue(Runtime& runtime, std::string name, std::size_t capacity = 0)
      : injector_(runtime.injector()),
        is_result_queue_(name == "result_queue"),
        inner_(runtime.inner(), std::move(name), capacity) {}

  void push(T item) {
    around_push([&] { inner_.push(std::move(item)); });
  }
  void push_now(T item) { inner_.push_now(std::move(item)); }
  void push_all(std::vector<T> items) {
    around_push([&] { inner_.push_all(std::move(items)); });
  }
  T pop() {
    if constexpr (kTasks) injector_->before_pop();
    T item = inner_.pop();
    if constexpr (kTasks) injector_->after_pop(item);
    return item;
  }
  std::optional<T> pop_for(Duration timeout) { return inner_.pop_for(timeout); }
  std::optional<T> try_pop() { return inner_.try_pop(); }
  std::vector<T> pop_some(std::size_t max, Duration timeout = kForever) {
    return inner_.pop_some(max, timeout);
  }
  std::vector<T> drain() { return inner_.drain(); }
  std::size_t size() const { return inner_.size(); }
  const std::string& name() const { return inner_.name(); }

 private:
  static constexpr bool kTasks = std::same_as<T, MaybeTask>;

  template <class Push>
  void around_push(Push push) {
    if (is_result_queue_) injector_->at(Window::before_push);
    push();
    if (is_result_queue_) injector_->at(Window::after_push);
  }

  std::shared_ptr<Injector> injector_;
  bool is_result_queue_;
  Inner inner_;
};

template <Runtime Inner>
class Faulty {
 public:
  template <class T>
  using Queue = FaultyQueue<typename Inner::template Queue<T>, T>;
  using Crew = typename Inner::Crew;

  explicit Faulty(std::shared_ptr<Injector> injector, Inner inner = {})
      : injector_(std::move(injector)), inner_(std::move(inner)) {}

  template <class Body>
  Crew launch(int n, Body body, OnExit on_exit = {}) {
    return inner_.launch(
        n,
        [body = std::move(body), injector = injector_](std::stop_token token) mutable {
          run_body(body, token);
          injector->at(Window::before_exit);
        },
        std::move(on_exit));
  }

  TimePoint now() const { return inner_.now(); }
  Inner& inner() { return inner_; }
  const std::shared_ptr<Injector>& injector() const { return injector_; }

 private:
  std::shared_ptr<Injector> injector_;
  Inner inner_;
};

/// `action`, with the window in_action just before its own work.
template <class Action>
auto faulty(std::shared_ptr<Injector> injector, Action action) {
  return [injector = std::move(injector), action = std::move(action)](const auto& task) {
    injector->at(Window::in_action);
    return std::invoke(action, task);
  };
}

}  // namespace workbench::scenarios
