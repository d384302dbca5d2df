/// @file
/// A fault: what goes wrong, in which window of a worker's life, for whom, and how often.
///
///     before-pop ─▶ pop ─▶ after-pop ─▶ in-action ─▶ before-push ─▶ push ─▶ after-push ─┐
///         ▲                                                                            │
///         └────────────────────────────────────────────────────────────────────────────┘
///                                 … pill ─▶ before-exit
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "core/task.h"

namespace workbench::scenarios {

/// Where in a worker's life a fault strikes.
enum class Window { before_pop, after_pop, in_action, before_push, after_push, before_exit };

/// What a fault does.
enum class FaultKind {
  throw_standard,     ///< throws std::runtime_error
  throw_nonstandard,  ///< throws 42
  exit,               ///< std::exit
  abort,              ///< std::abort
  segfault,           ///< SIGSEGV
  kill,               ///< SIGKILL to the own process
  sleep_forever,      ///< sleeps in naps of an hour: alive, but never done
  spin_forever,       ///< burns its core: alive, but never done
  slow,               ///< takes `delay` longer, then goes on
};

/// Fires when everything that it names matches.
struct Fault {
  FaultKind kind = FaultKind::throw_standard;
  Window at = Window::in_action;
  std::optional<WorkerId> worker{};   ///< empty: every worker
  std::optional<TaskId> task{};       ///< empty: every task; not with before_pop
  std::optional<std::size_t> pop{};   ///< only at this worker's n-th pop, from 1
  std::optional<std::size_t> times{};  ///< at most so often in all; empty: no limit
  std::chrono::milliseconds delay{};  ///< `slow` only
  int code = 0;                       ///< `exit` only
  std::string message = "boom";       ///< `throw_standard` only
};

/// Does what the fault says. Returns only from `slow`.
void strike(const Fault& fault);

}  // namespace workbench::scenarios
