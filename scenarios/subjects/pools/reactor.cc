// The reactor as two subjects, one for each of its modes.
#include "reactor/reactor.h"

#include "scenarios/subjects/subject.h"

namespace workbench::reactor {

/// How a reply is shown in a trace.
inline trace::Label label_of(const Reply<scenarios::Sum>& reply) {
  if (const auto* sum = reply.value()) {
    return {.task = reply.task(), .text = std::to_string(sum->value), .result = true};
  }
  return {.task = reply.task(), .text = reply.leaving() ? "leaves" : "announces"};
}

}  // namespace workbench::reactor

namespace workbench {

/// How an entry of `error_queue` is shown in a trace. (In this namespace, because a variant of its
/// types is looked up here.)
inline trace::Label label_of(const reactor::ErrorEntry& entry) {
  const auto* failure = std::get_if<Failure>(&entry);
  return {.text = failure != nullptr ? failure->headline() : std::get<Exit>(entry).describe()};
}

}  // namespace workbench

namespace workbench::scenarios {
namespace {

using reactor::Report;

RunResult result_of(const Report<TaskId, Sum>& report) {
  RunResult result{.abandoned = report.abandoned};
  for (TaskId task = 0; task < report.outcomes.size(); ++task) {
    const auto& outcome = report.outcomes[task];
    TaskResult each{.task = task, .outcome = outcome.kind()};
    if (outcome.ok()) each.value = outcome.value().value;
    if (outcome.failure() != nullptr) result.failures.push_back(*outcome.failure());
    result.tasks.push_back(each);
  }
  return result;
}

auto run_mode(bool stop_on_error) {
  return [stop_on_error](const TestBed& bed) {
    const Scenario& scenario = bed.scenario();
    return bed.on_runtime([&](auto runtime, auto action) {
      const reactor::Reactor reactor({.stop_on_error = stop_on_error,
                                      .parallelism = scenario.workers,
                                      .result_timeout = scenario.result_timeout,
                                      .queue_capacity = scenario.queue_capacity},
                                     runtime);
      try {
        return result_of(reactor.run(bed.tasks(), action));
      } catch (const reactor::Error& error) {
        RunResult result = result_of(error.report<TaskId, Sum>());
        result.error = error.headline();
        return result;
      }
    });
  };
}

const Registration keep_going{{.name = "reactor-keep-going",
                               .description = "the reactor, reporting all errors at the end",
                               .runtimes = {RuntimeKind::threads, RuntimeKind::processes},
                               .on_our_runtimes = true,
                               .run = run_mode(false),
                               .rank = 2}};
const Registration stop_on_error{{.name = "reactor-stop-on-error",
                                  .description = "the reactor, stopping at the first error",
                                  .runtimes = {RuntimeKind::threads, RuntimeKind::processes},
                                  .on_our_runtimes = true,
                                  .run = run_mode(true),
                                  .rank = 3}};

}  // namespace
}  // namespace workbench::scenarios
