/// @file
/// Short ways to run a reactor with faults and to look at what came of it.
#pragma once

#include <chrono>
#include <memory>
#include <numeric>
#include <optional>
#include <ostream>
#include <stdexcept>
#include <utility>
#include <variant>
#include <vector>

#include "reactor/reactor.h"
#include "scenarios/inject/faulty.h"

namespace workbench {

/// How GoogleTest shows a tally.
inline void PrintTo(const Tally& tally, std::ostream* out) { *out << tally.describe(); }

}  // namespace workbench

namespace workbench::testing {

/// 0, 1, … n-1.
inline std::vector<int> tasks(int n) {
  std::vector<int> tasks(static_cast<std::size_t>(n));
  std::iota(tasks.begin(), tasks.end(), 0);
  return tasks;
}

/// The action of most tests: task i gives 10 i.
inline int times_ten(int task) { return 10 * task; }

/// The same, but task 3 fails.
inline int fails_on_three(int task) {
  if (task == 3) throw std::runtime_error("boom");
  return times_ten(task);
}

/// How long a hung action is given: far longer than any worker takes that is only slow, be it under
/// a sanitizer on a busy machine.
inline constexpr Duration kPatience = std::chrono::milliseconds(800);

inline const reactor::Options kKeepGoing{.stop_on_error = false};

/// What a run did: it returned a report, or threw an error that holds one.
template <class Result>
struct Seen {
  reactor::Report<int, Result> report;
  std::optional<reactor::Error> error;

  Tally tally() const { return report.tally(); }
};

template <class Runtime, class Action>
auto run(reactor::Options options, Runtime runtime, std::vector<int> tasks, Action action) {
  using Result = ResultOf<Action, int>;
  const reactor::Reactor reactor(std::move(options), std::move(runtime));
  try {
    return Seen<Result>{reactor.run(std::move(tasks), std::move(action)), std::nullopt};
  } catch (const reactor::Error& error) {
    return Seen<Result>{error.report<int, Result>(), error};
  }
}

/// Five tasks, two workers, these faults.
template <class Runtime>
auto run_with(std::vector<scenarios::Fault> faults, reactor::Options options = {}) {
  auto injector = std::make_shared<scenarios::Injector>(std::move(faults));
  return run(std::move(options), scenarios::Faulty<Runtime>(injector), tasks(5),
             scenarios::faulty(injector, times_ten));
}

}  // namespace workbench::testing
