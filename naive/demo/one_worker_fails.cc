// One worker dies between two tasks. The others do its share and all results arrive, so the caller
// never learns that it died: the message on stderr comes from the runtime.
//
// (With --workers 1 there are no others, and the pool hangs.)
#include "core/demo/dying_workers.h"
#include "core/demo/program.h"
#include "naive/pool.h"

using namespace workbench;

int add(int task) { return (2 * task + 1) + (2 * task + 2); }

int main(int argc, char** argv) {
  constexpr demo::ProgramInfo program{.purpose = "One worker dies, and the pool hides it."};
  return demo::run(program, argc, argv, [](const demo::Options& options, auto runtime) {
    const std::vector tasks{0, 1, 2, 3, 4};
    demo::print("tasks", tasks);

    // The worker that took task 0 dies before it takes another one.
    const demo::DyingWorkers dying_workers(runtime,
                                           [](MaybeTask last) { return last == TaskId{0}; });
    const naive::Pool pool({.parallelism = options.workers}, dying_workers);
    demo::print("results", pool.run(tasks, demo::Slow(options.task_time, add)));
    return 0;
  });
}
