// Asks every host of a fleet for its greeting, on the reactor. A host that refuses has failed, one
// that accepts and stays silent times out, and all of them are in the table.
#include "core/demo/program.h"
#include "core/demo/progress.h"
#include "reactor/demo/show.h"
#include "reactor/reactor.h"

using namespace workbench;

int main(int argc, char** argv) {
  constexpr demo::ProgramInfo program{.purpose = "Asks each host of a file for its greeting.",
                                      .is_reactor = true,
                                      .reads_hosts = true};
  return demo::run(program, argc, argv, [](const demo::Options& options, auto runtime) {
    const reactor::Reactor pool({.stop_on_error = options.stop_on_error,
                                 .parallelism = options.workers,
                                 .result_timeout = options.result_timeout,
                                 .progress = demo::progress_bar()},
                                runtime);
    try {
      return demo::show(pool.run(options.hosts, demo::Slow(options.task_time, demo::ask)));
    } catch (const reactor::Error& error) {
      return demo::show<demo::Host, demo::Answer>(error);
    }
  });
}
