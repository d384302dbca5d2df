/// @file
/// A fault: what goes wrong, in which window of a worker's life, for which worker and task, and how
/// often.
///
///     starting ─▶ before-pop ─▶ pop ─▶ after-pop ─▶ in-action ─┐
///                     ▲          │                             ▼
///                     │          └─ pill ─▶ before-exit   before-push
///                     │                                        │
///                     └─ after-push ◀─ push (while-pushing) ◀──┘
///
/// And in the life of the caller: feeding ─▶ collecting ─▶ stopping ─▶ joining.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/task.h"
#include "scenarios/model/enum_names.h"

namespace workbench::scenarios {

/// The window in a worker's life, or in its caller's, in which a fault strikes.
enum class Window {
  starting,       ///< the system refuses to start the worker (kind `throw`)
  before_pop,     ///< about to ask for a task
  after_pop,      ///< it has popped a task, and not begun it
  in_action,      ///< in the user's code
  before_push,    ///< it has a result, not yet pushed
  while_pushing,  ///< the result is being turned into bytes; never between threads
  after_push,     ///< it has pushed the result
  before_exit,    ///< it has got the pill, and is about to leave
  feeding,        ///< the caller, about to push a task
  collecting,     ///< the caller, about to wait for results
  stopping,       ///< the caller, about to drain the tasks that are left
  joining,        ///< the caller, about to wait for the workers to leave
};

/// Is this a window in the life of the caller?
constexpr bool is_callers(Window window) { return window >= Window::feeding; }

template <>
struct Names<Window> {
  static constexpr std::array all{
      std::pair{Window::starting, std::string_view("starting")},
      std::pair{Window::before_pop, std::string_view("before-pop")},
      std::pair{Window::after_pop, std::string_view("after-pop")},
      std::pair{Window::in_action, std::string_view("in-action")},
      std::pair{Window::before_push, std::string_view("before-push")},
      std::pair{Window::while_pushing, std::string_view("while-pushing")},
      std::pair{Window::after_push, std::string_view("after-push")},
      std::pair{Window::before_exit, std::string_view("before-exit")},
      std::pair{Window::feeding, std::string_view("feeding")},
      std::pair{Window::collecting, std::string_view("collecting")},
      std::pair{Window::stopping, std::string_view("stopping")},
      std::pair{Window::joining, std::string_view("joining")},
  };
};

/// What a fault does.
enum class FaultKind {
  throw_standard,     ///< throws std::runtime_error
  throw_nonstandard,  ///< throws 42
  exit,               ///< std::exit
  abort,              ///< std::abort
  segfault,           ///< SIGSEGV
  kill,               ///< sends SIGKILL to its own process
  sleep_forever,      ///< sleeps in naps of an hour: alive, but never done
  spin_forever,       ///< burns its core: alive, but never done
  slow,               ///< takes `delay` longer, then goes on
};

template <>
struct Names<FaultKind> {
  static constexpr std::array all{
      std::pair{FaultKind::throw_standard, std::string_view("throw")},
      std::pair{FaultKind::throw_nonstandard, std::string_view("throw-nonstandard")},
      std::pair{FaultKind::exit, std::string_view("exit")},
      std::pair{FaultKind::abort, std::string_view("abort")},
      std::pair{FaultKind::segfault, std::string_view("segfault")},
      std::pair{FaultKind::kill, std::string_view("kill")},
      std::pair{FaultKind::sleep_forever, std::string_view("sleep-forever")},
      std::pair{FaultKind::spin_forever, std::string_view("spin-forever")},
      std::pair{FaultKind::slow, std::string_view("slow")},
  };
};

/// A fault strikes when all that is given here matches.
struct Fault {
  FaultKind kind = FaultKind::throw_standard;
  Window at = Window::in_action;
  std::optional<WorkerId> worker{};    ///< empty: every worker
  std::optional<TaskId> task{};        ///< empty: every task; not with before_pop, before_exit
  std::optional<std::size_t> pop{};    ///< only at the n-th pop of a worker, from 1
  std::optional<std::size_t> times{};  ///< at most this often in all; empty: no limit
  std::chrono::milliseconds delay{};   ///< `slow` only
  int code = 0;                        ///< `exit` only
  std::string message = "boom";        ///< `throw_standard` only
};

/// The most faults that a scenario may have.
inline constexpr std::size_t kMostFaults = 32;

/// A function that sleeps; empty: std::this_thread::sleep_for.
using Sleep = std::function<void(std::chrono::milliseconds)>;

/// `throw in-action, task 3`
std::string describe(const Fault& fault);

/// Does what the fault says. Returns only if its kind is `slow`.
void strike(const Fault& fault, const Sleep& sleep = {});

}  // namespace workbench::scenarios
