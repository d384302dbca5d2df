// One worker dies between two tasks. The reactor replaces it and names it in the report; with
// --stop-on-error it stops and raises the reason.
#include "core/demo/dying_workers.h"
#include "core/demo/program.h"
#include "core/demo/progress.h"
#include "reactor/demo/show.h"
#include "reactor/reactor.h"

using namespace workbench;

int add(int task) { return (2 * task + 1) + (2 * task + 2); }

int main(int argc, char** argv) {
  constexpr demo::ProgramInfo program{.purpose = "One worker dies; the reactor says so.",
                                      .is_reactor = true};
  return demo::run(program, argc, argv, [](const demo::Options& options, auto runtime) {
    const std::vector tasks{0, 1, 2, 3, 4};
    demo::print("tasks", tasks);

    // The worker that took task 0 dies before it takes another one.
    const demo::DyingWorkers dying_workers(runtime,
                                           [](MaybeTask last) { return last == TaskId{0}; });
    const reactor::Reactor pool({.stop_on_error = options.stop_on_error,
                                 .parallelism = options.workers,
                                 .result_timeout = options.result_timeout,
                                 .progress = demo::progress_bar()},
                                dying_workers);
    try {
      return demo::show(pool.run(tasks, demo::Slow(options.task_time, add)));
    } catch (const reactor::Error& error) {
      return demo::show<int, int>(error);
    }
  });
}
