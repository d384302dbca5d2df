// The action throws on one task. The reactor records it and goes on; with --stop-on-error it stops
// and raises the error, with the traceback of the throw.
#include <stdexcept>

#include "core/demo/program.h"
#include "core/demo/progress.h"
#include "reactor/demo/show.h"
#include "reactor/reactor.h"

using namespace workbench;

int add(int task) {
  if (task == 3) throw std::runtime_error("boom");
  return (2 * task + 1) + (2 * task + 2);
}

int main(int argc, char** argv) {
  constexpr demo::ProgramInfo program{.purpose = "One task throws; the reactor says so.",
                                      .is_reactor = true};
  return demo::run(program, argc, argv, [](const demo::Options& options, auto runtime) {
    const std::vector tasks{0, 1, 2, 3, 4};
    demo::print("tasks", tasks);

    const reactor::Reactor pool({.stop_on_error = options.stop_on_error,
                                 .parallelism = options.workers,
                                 .result_timeout = options.result_timeout,
                                 .progress = demo::progress_bar()},
                                runtime);
    try {
      return demo::show(pool.run(tasks, demo::Slow(options.task_time, add)));
    } catch (const reactor::Error& error) {
      return demo::show<int, int>(error);
    }
  });
}
