// The action throws on one task. The worker that is on it dies, and the caller waits for the fifth
// result for ever. End it with Ctrl-C.
#include <stdexcept>

#include "core/demo/program.h"
#include "naive/pool.h"

using namespace workbench;

int add(int task) {
  if (task == 3) throw std::runtime_error("boom");
  return (2 * task + 1) + (2 * task + 2);
}

int main(int argc, char** argv) {
  constexpr demo::ProgramInfo program{.purpose = "One task throws, and the pool hangs."};
  return demo::run(program, argc, argv, [](const demo::Options& options, auto runtime) {
    const std::vector tasks{0, 1, 2, 3, 4};
    demo::print("tasks", tasks);

    const naive::Pool pool({.parallelism = options.workers}, runtime);
    demo::print("results", pool.run(tasks, demo::Slow(options.task_time, add)));  // never prints
    return 0;
  });
}
