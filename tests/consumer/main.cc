// Runs both pools on both runtimes, and sees an error with its traceback.
#include <fmt/format.h>
#include <workbench/core/processes/runtime.h>
#include <workbench/core/threads/runtime.h>
#include <workbench/naive/pool.h>
#include <workbench/reactor/reactor.h>

#include <stdexcept>
#include <vector>

template <class Runtime>
bool works() {
  const std::vector<int> tasks{1, 2, 3};
  const auto square = [](int task) { return task * task; };
  const auto boom = [](int) -> int { throw std::runtime_error("boom"); };
  const workbench::naive::Pool pool({}, Runtime{});
  const workbench::reactor::Reactor reactor({.stop_on_error = false}, Runtime{});
  return pool.run(tasks, square).size() == 3 && reactor.run(tasks, square).all_ok() &&
         !reactor.run(tasks, boom).outcomes.front().failure()->trace().empty();
}

int main() {
  const bool threads = works<workbench::Threads>();
  const bool processes = works<workbench::Processes>();
  fmt::print("threads: {}, processes: {}\n", threads, processes);
  return threads && processes ? 0 : 1;
}
