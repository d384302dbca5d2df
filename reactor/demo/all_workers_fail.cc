// Every worker dies before its first task, and so do the workers that replace them. The reactor
// gives up after two crews, and raises "no live workers".
#include "core/demo/dying_workers.h"
#include "core/demo/program.h"
#include "core/demo/progress.h"
#include "reactor/demo/show.h"
#include "reactor/reactor.h"

using namespace workbench;

int add(int task) { return (2 * task + 1) + (2 * task + 2); }

int main(int argc, char** argv) {
  constexpr demo::ProgramInfo program{.purpose = "All workers die; the reactor says so.",
                                      .is_reactor = true};
  return demo::run(program, argc, argv, [](const demo::Options& options, auto runtime) {
    const std::vector tasks{0, 1, 2, 3, 4};
    demo::print("tasks", tasks);

    const demo::DyingWorkers dying_workers(runtime, [](MaybeTask /*last*/) { return true; });
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
