// The poison-pill pool on a sunny day: no worker fails, every result arrives.
//
//     tasks: 0 1 2 3 4
//     results: 3 7 11 15 19      (in the order of completion)
#include "core/demo/program.h"
#include "naive/pool.h"

using namespace workbench;

int add(int task) { return (2 * task + 1) + (2 * task + 2); }

int main(int argc, char** argv) {
  constexpr demo::ProgramInfo program{.purpose = "Five additions on the poison-pill pool."};
  return demo::run(program, argc, argv, [](const demo::Options& options, auto runtime) {
    const std::vector tasks{0, 1, 2, 3, 4};
    demo::print("tasks", tasks);

    const naive::Pool pool({.parallelism = options.workers}, runtime);
    demo::print("results", pool.run(tasks, demo::Slow(options.task_time, add)));
    return 0;
  });
}
