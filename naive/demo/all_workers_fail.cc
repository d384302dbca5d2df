// Every worker dies before its first task. Nobody is left to send a result, and the caller waits
// for one for ever. End it with Ctrl-C.
#include "core/demo/dying_workers.h"
#include "core/demo/program.h"
#include "naive/pool.h"

using namespace workbench;

int add(int task) { return (2 * task + 1) + (2 * task + 2); }

int main(int argc, char** argv) {
  constexpr demo::ProgramInfo program{.purpose = "All workers die, and the pool hangs."};
  return demo::run(program, argc, argv, [](const demo::Options& options, auto runtime) {
    const std::vector tasks{0, 1, 2, 3, 4};
    demo::print("tasks", tasks);

    const demo::DyingWorkers dying_workers(runtime, [](MaybeTask /*last*/) { return true; });
    const naive::Pool pool({.parallelism = options.workers}, dying_workers);
    demo::print("results", pool.run(tasks, demo::Slow(options.task_time, add)));  // never prints
    return 0;
  });
}
