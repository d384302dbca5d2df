/// @file
/// Decides which fault strikes where. The decorators tell it where each worker is.
///
/// Thread safety: all members, from every worker; with forked workers too, because the only state
/// that they share (how often a fault has fired) lies in shared memory.
#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "core/posix/shared_memory.h"
#include "core/task.h"
#include "scenarios/model/fault.h"

namespace workbench::scenarios {

class Injector {
 public:
  /// Requires: at most kMostFaults faults.
  explicit Injector(std::vector<Fault> faults);

  /// How a fault of kind `slow` or `sleep_forever` sleeps; by default, as a thread does. To be set
  /// before the first strike.
  void sleep_with(Sleep sleep) { sleep_ = std::move(sleep); }

  /// Lets somebody else decide: `strikes` is asked in each window of a worker, and where it says
  /// yes the worker throws there. Beside the scenario's own faults.
  void choose_with(std::function<bool()> strikes) { strikes_ = std::move(strikes); }

  /// Tells somebody else of each strike that is counted, because the fault has only so many.
  void count_with(std::function<void()> count) { count_ = std::move(count); }

  /// Forgets what has fired and where anybody is.
  void reset();
  /// The pool runs once more, with new workers: forgets where the old ones were.
  void begin_run();

  /// The current worker is about to pop. Strikes at before_pop.
  void before_pop();
  /// It has popped a task, or the pill. Strikes at after_pop.
  void after_pop(const MaybeTask& task);
  /// It is in this window, with the task that it popped last. Strikes there.
  void at(Window window);
  /// It has come out of its body, one way or another. It is not struck any more.
  void leave();
  /// A thread of a pool that is not on our runtimes works on this task. Strikes at in_action.
  void in_foreign_action(TaskId task);
  /// The caller is in this window of its own. Strikes there; does nothing in a worker.
  void at_callers(Window window);
  /// The caller is about to start this worker. Throws where the system shall refuse.
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
  posix::Shared<std::array<std::atomic<std::size_t>, kMostFaults>> fired_;
  Sleep sleep_;
  std::function<bool()> strikes_;  // empty: nobody
  std::function<void()> count_;    // likewise
  std::mutex mutex_;
  std::map<WorkerId, Position> positions_;  // guarded by mutex_
};

}  // namespace workbench::scenarios
