/// @file
/// What a pool needs from the thing that runs its workers.
///
///                          Runtime
///            ┌────────────────┼──────────────────┐
///        Queue<T>          launch(n, body)      now()
///     (core/queue.h)          │
///                           Crew: join, in_flight, end, add_worker
///
/// The pools are templates over a Runtime, so that the same source of a pool runs on threads, on
/// processes and on simulated threads. Copying a runtime copies its settings, not its workers or
/// queues: each `run` of a pool works on a copy of its own.
#pragma once

#include <concepts>
#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>
#include <type_traits>
#include <vector>

#include "core/exit.h"
#include "core/queue.h"
#include "core/task.h"
#include "core/time.h"

namespace workbench {

/// What a live worker is on, and since when.
struct InFlight {
  WorkerId worker = 0;
  std::optional<TaskId> task{};  ///< the task it popped last; empty: none since it started
  TimePoint since{};             ///< when it popped it, or when it started
  std::size_t pops = 0;          ///< how many it has popped; the same number: still the same task
};

/// Workers that were launched together.
///
/// Requires: used by the thread that launched it. Destroying a crew joins (threads) or kills
/// (processes) the workers that are still there. If an exception of the caller destroys it, threads
/// are not waited for until their work is done: they are asked to stop, wherever they wait they are
/// woken, and those that do not leave within a grace period are abandoned.
template <class C>
concept CrewType = requires(C crew, const InFlight& in_flight) {
  crew.join();  // waits until all have left; no limit
  // What each worker that has not left is on. Everything that they pushed before can be popped now.
  { crew.in_flight() } -> std::same_as<std::vector<InFlight>>;
  // Ends the worker if it is still on this task (the same `pops`): from then on it can pop no task.
  // A process is killed (SIGTERM, a grace period, SIGKILL); a thread is asked to stop through its
  // stop_token, and abandoned. False: the worker has gone on or left, and nothing was done. The
  // Exit of a worker that was ended is not reported.
  { crew.end(in_flight) } -> std::same_as<bool>;
  // Asks all workers to finish what they are on early. None is ended: what they push still counts.
  // Threads are asked through their stop_token, processes by a signal (see each runtime).
  crew.request_stop();
  crew.add_worker();                                  // one more, with a new number
  { crew.abandoned() } -> std::same_as<std::size_t>;  // ended threads; they may still be running
};

template <class R>
using QueueOfInts = typename R::template Queue<int>;

/// Makes queues, launches crews, and has the clock.
///
/// `launch(n, body, on_exit)` runs `body()` or `body(std::stop_token)` in n workers, each of which
/// has a copy of `body`. The end of each worker is reported to `on_exit`. Without `on_exit` nobody
/// is told: the message of a worker that did not return goes to stderr, and a worker that cannot be
/// started makes `launch` throw std::system_error, after those already started have left.
template <class R>
concept Runtime = std::copyable<R> && requires(R runtime, void (*body)(), OnExit on_exit) {
  { QueueOfInts<R>(runtime, std::string{}, QueueOptions{}) } -> QueueOf<int>;
  { runtime.launch(1, body) } -> CrewType;
  { runtime.launch(1, body, on_exit) } -> CrewType;
  { runtime.now() } -> std::same_as<TimePoint>;
};

/// Calls a worker's body, with the token if it takes one.
template <class Body>
void run_body(Body& body, const std::stop_token& token) {
  if constexpr (std::is_invocable_v<Body&, std::stop_token>) {
    body(token);
  } else {
    body();
  }
}

}  // namespace workbench
