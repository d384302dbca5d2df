/// @file
/// A scenario: how big a run is, what goes wrong in it, and how each pool must take it.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/tally.h"
#include "core/threads/runtime.h"
#include "scenarios/model/fault.h"
#include "scenarios/model/runtime_kind.h"
#include "scenarios/model/verdict.h"

namespace workbench::scenarios {

template <>
struct Names<OnEscape> {
  static constexpr std::array all{
      std::pair{OnEscape::end_worker, std::string_view("end-worker")},
      std::pair{OnEscape::terminate, std::string_view("terminate")},
  };
};

/// What a scenario says must come out. Counts that are not given may be anything.
struct Expectation {
  Verdict verdict = Verdict::completed;
  std::optional<HangKind> hang{};
  std::map<OutcomeKind, std::size_t> counts{};  ///< how many tasks must end so
  std::optional<std::size_t> missing{};
};

struct Scenario {
  std::string name;
  std::string words{};  ///< by which a command line names it: its name or its file, and its sizes
  std::string title;
  std::string why;
  std::size_t tasks = 0;
  int workers = 1;
  std::chrono::milliseconds task_time{0};
  std::size_t result_bytes = 8;
  std::size_t queue_capacity = 0;  ///< of `result_queue`; 0: unbounded
  std::chrono::milliseconds result_timeout{2000};
  std::chrono::milliseconds deadline{10000};  ///< the watchdog's
  int runs = 1;                               ///< how often the same pool runs, one after the other
  OnEscape on_escape = OnEscape::end_worker;  ///< of the thread runtime
  std::vector<Fault> faults{};
  std::map<std::string, Expectation> expect{};  ///< by `subject` or `subject/runtime`

  /// What is expected of this subject on this runtime; null where the scenario says nothing.
  const Expectation* expectation(const std::string& subject, RuntimeKind runtime) const;

  /// The same, but only what the file says of this very runtime.
  const Expectation* expectation_of_runtime(const std::string& subject, RuntimeKind runtime) const;
};

}  // namespace workbench::scenarios
