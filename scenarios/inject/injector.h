/// @file
/// Decides which fault strikes where. The decorators (faulty.h) tell it where each worker is.
///
/// Thread safety: every worker may call all members. Forked workers may, too, because the only
/// state that they share (how often a fault has matched and struck) is in shared memory.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "core/posix/shared_memory.h"
#include "core/task.h"
#include "scenarios/model/fault.h"
#include "scenarios/trace/trace.h"

namespace workbench::scenarios {

class Injector {
 public:
  /// Counts in `strikes` how often each fault has struck; null: nobody wants to know. Requires: at
  /// most kMostFaults faults; `strikes` outlives this.
  explicit Injector(std::vector<Fault> faults, trace::Strikes* strikes = nullptr);

  /// Sets how a fault of kind `slow` or `sleep_forever` sleeps; by default it sleeps as a thread
  /// does. To be called before the first strike.
  void sleep_with(Sleep sleep) { sleep_ = std::move(sleep); }

  /// Adds strikes that are not in the scenario: in each window of a worker, `strikes` is called,
  /// and if it returns true, the worker throws there. The scenario's own faults strike as well.
  void choose_with(std::function<bool()> strikes) { strikes_ = std::move(strikes); }

  /// `count` is called whenever a fault that has a limit (`Fault::times`) matches, because the
  /// workers then use a common counter.
  void count_with(std::function<void()> count) { count_ = std::move(count); }

  /// Forgets how often each fault has struck, and where each worker is.
  void reset();
  /// The pool runs once more, with new workers. Forgets where the old ones were.
  void begin_run();

  /// The current worker is about to pop. Strikes at before_pop.
  void before_pop();
  /// The current worker has popped a task, or the pill. Strikes at after_pop.
  void after_pop(const MaybeTask& task);
  /// The current worker is in this window, with the task that it popped last. Strikes there.
  void at(Window window);
  /// The current worker has left its body, by a return or an exception. From now on it is not
  /// struck.
  void leave();
  /// A thread of a pool that does not use our runtimes works on this task. Strikes at in_action.
  void in_foreign_action(TaskId task);
  /// The caller is in this window of its own. Strikes there. Does nothing if a worker calls it.
  void at_callers(Window window);
  /// The caller is about to start this worker. Throws if a fault says that the system refuses.
  void at_start(WorkerId worker);

 private:
  struct Position {
    std::size_t pops = 0;
    std::optional<TaskId> task{};
    bool left = false;
  };

  template <class Matches>
  void strike_where(Matches matches);

  std::vector<Fault> faults_;
  trace::Strikes* strikes_made_;
  posix::Shared<trace::Strikes> matched_;  // how often each fault with a limit has matched
  Sleep sleep_;
  std::function<bool()> strikes_;  // may be empty
  std::function<void()> count_;    // may be empty
  std::mutex mutex_;
  std::map<WorkerId, Position> positions_;  // guarded by mutex_
};

}  // namespace workbench::scenarios
