// The reactor as two subjects: its two modes.
#include "reactor/reactor.h"

#include <array>
#include <string_view>

#include "scenarios/subject.h"

namespace workbench::reactor {

/// How a reply shows in a trace.
inline trace::Label label_of(const Reply<scenarios::Answer>& reply) {
  if (const auto* answer = reply.value()) {
    return {.task = reply.task, .text = std::to_string(answer->value), .result = true};
  }
  return {.task = reply.task, .text = reply.leaving() ? "leaves" : "announces"};
}

}  // namespace workbench::reactor

namespace workbench::scenarios {
namespace {

using reactor::Report;

// In the order of Outcome::Kind.
constexpr std::array<std::string_view, 5> kOutcomes{"not_started", "ok", "failed", "lost",
                                                    "timed_out"};

Account account_of(const Report<TaskId, Answer>& report) {
  Account account;
  for (TaskId task = 0; task < report.outcomes.size(); ++task) {
    const auto& outcome = report.outcomes[task];
    TaskResult result{task, std::string(kOutcomes.at(static_cast<std::size_t>(outcome.kind())))};
    if (outcome.ok()) result.value = outcome.value().value;
    if (outcome.failure() != nullptr) account.failures.push_back(*outcome.failure());
    account.results.push_back(std::move(result));
  }
  account.abandoned = report.abandoned;
  return account;
}

auto run_mode(bool stop_on_error) {
  return [stop_on_error](const Stage& stage) {
    const Scenario& scenario = stage.scenario();
    return stage.on_runtime([&](auto runtime, auto action) {
      const reactor::Reactor reactor({.stop_on_error = stop_on_error,
                                      .parallelism = scenario.workers,
                                      .result_timeout = scenario.result_timeout,
                                      .queue_capacity = scenario.queue_capacity},
                                     runtime);
      try {
        return account_of(reactor.run(stage.tasks(), action));
      } catch (const reactor::Error& error) {
        Account account = account_of(error.report<TaskId, Answer>());
        account.error = error.headline();
        return account;
      }
    });
  };
}

const Registration keep_going{{.name = "reactor-keep-going",
                               .description = "the reactor, reporting all errors at the end",
                               .runtimes = runtime_names(),
                               .on_our_runtimes = true,
                               .run = run_mode(false),
                               .rank = 2}};
const Registration stop_on_error{{.name = "reactor-stop-on-error",
                                  .description = "the reactor, stopping at the first error",
                                  .runtimes = runtime_names(),
                                  .on_our_runtimes = true,
                                  .run = run_mode(true),
                                  .rank = 3}};

}  // namespace
}  // namespace workbench::scenarios
