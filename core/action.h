/// @file
/// How a pool calls the user's action.
///
/// All threads call the same object, at the same time: what it changes, it must guard. A worker
/// process has a copy of it: what it changes there, nobody else sees.
///
/// An action is called with one task. It may take a `std::stop_token` as second parameter: on the
/// thread runtime that token is how it learns that its time is up. An action without a result
/// counts as one that returns `std::monostate`, so that "done" can still be told from "failed".
#pragma once

#include <functional>
#include <stop_token>
#include <type_traits>
#include <utility>
#include <variant>

namespace workbench {

/// Calls `action(task)`, or `action(task, token)` where the action takes a token.
template <class Action, class Task>
decltype(auto) perform(Action& action, const Task& task, const std::stop_token& token = {}) {
  auto call = [&]() -> decltype(auto) {
    if constexpr (std::is_invocable_v<Action&, const Task&, std::stop_token>) {
      return std::invoke(action, task, token);
    } else {
      return std::invoke(action, task);
    }
  };
  if constexpr (std::is_void_v<decltype(call())>) {
    call();
    return std::monostate{};
  } else {
    return call();
  }
}

/// What `perform` gives for this action and task, by value.
template <class Action, class Task>
using ResultOf =
    std::decay_t<decltype(perform(std::declval<Action&>(), std::declval<const Task&>()))>;

}  // namespace workbench
