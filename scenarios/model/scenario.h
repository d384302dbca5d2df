/// @file
/// A scenario: how large a run is, what goes wrong in it, and what must come of it with each pool.
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

/// How a pool is used. The first is what everybody does; the others need no fault to go wrong.
enum class Usage {
  plain,            ///< one caller hands over all tasks, and collects their results
  nested,           ///< each of the first tasks, one a worker, waits for a task of its own pool
  two_callers,      ///< two threads use the same pool at once, each with every other task
  destroyed_early,  ///< the pool is destroyed as soon as it has all tasks, then one collects
  static_pool,      ///< the pool has static lifetime: the end of the program destroys it
};

template <>
struct Names<Usage> {
  static constexpr std::array all{
      std::pair{Usage::plain, std::string_view("plain")},
      std::pair{Usage::nested, std::string_view("nested")},
      std::pair{Usage::two_callers, std::string_view("two-callers")},
      std::pair{Usage::destroyed_early, std::string_view("destroyed-early")},
      std::pair{Usage::static_pool, std::string_view("static-pool")},
  };
};

/// What must come of a run. A count that is not given may have any value.
struct Expectation {
  Verdict verdict = Verdict::completed;
  std::optional<HangKind> hang{};
  std::map<OutcomeKind, std::size_t> counts{};  ///< how many tasks must have this outcome
  std::optional<std::size_t> missing{};
  std::string why{};  ///< one sentence, where it is surprising
};

struct Scenario {
  std::string name;
  std::string words{};      ///< its words on a command line: name or file, options of size
  bool is_resized = false;  ///< its numbers were replaced: then nothing is expected of any subject
  std::string title;
  std::string why;
  std::size_t tasks = 0;
  int workers = 1;
  std::chrono::milliseconds task_time{0};
  std::size_t result_bytes = 8;
  std::size_t queue_capacity = 0;  ///< of `result_queue`; 0: unbounded
  std::chrono::milliseconds result_timeout{2000};
  std::chrono::milliseconds deadline{10000};  ///< of silence, after which the watchdog gives up
  Usage usage = Usage::plain;
  int runs = 1;                               ///< how often the pool runs, one run after the other
  OnEscape on_escape = OnEscape::end_worker;  ///< for the thread runtime
  std::vector<Fault> faults{};
  std::map<std::string, Expectation> expect{};  ///< by `subject` or `subject/runtime`
  std::vector<std::string> warnings{};          ///< of its file: `file:line: what may be wrong`

  /// What is expected of this subject on this runtime; null if the scenario says nothing about it.
  const Expectation* expectation(const std::string& subject, RuntimeKind runtime) const;

  /// The same, but only if the file says it of exactly this runtime (`subject/runtime`).
  const Expectation* expectation_of_runtime(const std::string& subject, RuntimeKind runtime) const;
};

}  // namespace workbench::scenarios
