/// @file
/// Work stealing: from which worker an idle one steals, and how much.
///
///     worker 0   t0 │ t1 t2                 2 tasks not begun
///     worker 1   t3 │ t4 t5 t6 t7 t8        5 tasks not begun: the victim
///     worker 2                              idle: steals t6 t7 t8
///
/// The victim is the worker with the most tasks that it has not begun, so that few thefts are
/// needed. The thief takes half of them, rounded up. If this were rounded down, a single task that
/// waits behind a long one could never be stolen. Both runtimes use this rule.
/// (Among processes, what is stolen goes back to the queue first, and the thief gets a batch of
/// it.)
///
/// Thread safety: free functions without state.
#pragma once

#include <cstddef>
#include <type_traits>

namespace workbench {

/// How many of a victim's tasks an idle worker steals: half, rounded up.
constexpr std::size_t steal_size(std::size_t not_begun) { return (not_begun + 1) / 2; }

/// The worker to steal from, and how many tasks; null and 0 if no worker has any.
template <class Worker>
struct Theft {
  Worker* victim = nullptr;
  std::size_t tasks = 0;
};

/// Chooses among `workers`, a range. `not_begun(worker)` says how many tasks of the queue in
/// question this worker took and has not begun; it is called once for each worker. If several have
/// equally many, the first of them is chosen.
template <class Workers, class NotBegun>
auto choose_theft(Workers& workers, NotBegun not_begun) {
  Theft<std::remove_reference_t<decltype(*workers.begin())>> theft;
  std::size_t most = 0;
  for (auto& worker : workers) {
    const std::size_t tasks = not_begun(worker);
    if (tasks <= most) continue;
    most = tasks;
    theft = {&worker, steal_size(tasks)};
  }
  return theft;
}

}  // namespace workbench
