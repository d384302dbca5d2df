// A pool of processes that survives a crash, and says what happened.
#include <fmt/format.h>
#include <workbench/core/processes/runtime.h>
#include <workbench/reactor/reactor.h>

#include <cstdlib>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

std::string act(int task) {
  if (task == 3) throw std::runtime_error("three is too many");
  if (task == 5) std::abort();
  return std::string(static_cast<std::size_t>(task), '*');
}

}  // namespace

int main() {
  std::vector<int> tasks(8);
  std::iota(tasks.begin(), tasks.end(), 0);
  const workbench::reactor::Reactor reactor({.stop_on_error = false}, workbench::Processes{});
  const auto report = reactor.run(tasks, act);
  for (std::size_t i = 0; i < report.outcomes.size(); ++i) {
    const auto& outcome = report.outcomes[i];
    if (outcome.ok()) {
      fmt::print("{} {}\n", i, outcome.value());
    } else if (const auto* failure = outcome.failure()) {
      fmt::print("{} failed: {}\n", i, failure->headline());
      for (const std::string& frame : failure->trace()) fmt::print("      {}\n", frame);
    } else if (const auto* exit = outcome.exit()) {
      fmt::print("{} lost: {}\n", i, exit->describe());
    }
  }
  fmt::print("{}\n", report.tally().describe());
}
