// Asks every host of a fleet for its greeting, on the poison-pill pool. If only one host refuses,
// or accepts and stays silent, there is no table at all. End it with Ctrl-C.
#include "core/demo/program.h"
#include "naive/pool.h"

using namespace workbench;

int main(int argc, char** argv) {
  constexpr demo::ProgramInfo program{.purpose = "Asks each host of a file for its greeting.",
                                      .reads_hosts = true};
  return demo::run(program, argc, argv, [](const demo::Options& options, auto runtime) {
    const naive::Pool pool({.parallelism = options.workers}, runtime);
    demo::print_table(pool.run(options.hosts, demo::Slow(options.task_time, demo::ask)));
    return 0;
  });
}
