#include "scenarios/run_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "scenarios/explanation.h"
#include "scenarios/json.h"
#include "scenarios/judge.h"
#include "scenarios/simulation.h"
#include "scenarios/watchdog.h"

namespace workbench::scenarios {
void print_judged(const RunRecord& record, const Expectation* expectation, const Palette& palette) {
  const Explanation explanation = explain(record);
  fmt::print("{}\n", palette.strong(explanation.headline));
  for (const auto& line : explanation.lines) {
    fmt::print("  {} {}\n", palette.faint(fmt::format("{:<9}", line.about)), line.text);
  }
  const auto found = differences(record, expectation);
  for (const auto& difference : found) fmt::print("  {}\n", palette.bad("x " + difference));
  if (found.empty() && expectation != nullptr) fmt::print("  {}\n", palette.good("+ as expected"));
}

int run(const Scenario& scenario, const Subject& subject, const RunOptions& options) {
  std::ofstream trace;
  if (!options.trace.empty()) {
    trace.open(options.trace);
    if (!trace) throw std::runtime_error("cannot write to " + options.trace);
  }
  RunRecord record =
      options.runtime == kSimulated
          ? Simulation(subject, scenario).run(parse_schedule(options.schedule))
          : watch_run(subject, options.runtime, scenario, Output::to_stderr, options.seed);
  record.seed = options.seed;
  if (trace.is_open()) {
    write_trace(record, trace);
    if (!trace.flush()) throw std::runtime_error("cannot write to " + options.trace);
    if (record.dropped_events > 0) {
      fmt::print(stderr, "workbench: the trace has no room for the last {} events\n",
                 record.dropped_events);
    }
  }
  const Expectation* expectation = scenario.expectation(subject.name, options.runtime);
  if (options.json) {
    fmt::print("{}\n", to_json(record, expectation)
                           .dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  } else {
    print_judged(record, expectation, Palette(options.color, STDOUT_FILENO));
  }
  return exit_code_of(record, expectation);
}

}  // namespace workbench::scenarios
