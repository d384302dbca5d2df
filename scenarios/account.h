/// @file
/// What the caller of a pool received, told in the same way for every pool.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/failure.h"
#include "core/task.h"

namespace workbench::scenarios {

/// submitted = ok + failed + lost + timed_out + not_started + missing
struct Ledger {
  std::size_t submitted = 0;
  std::size_t ok = 0;
  std::size_t failed = 0;
  std::size_t lost = 0;
  std::size_t timed_out = 0;
  std::size_t not_started = 0;
  std::size_t missing = 0;  ///< what the pool itself did not account for

  bool operator==(const Ledger&) const = default;

  /// Saves and loads (cereal).
  template <class Archive>
  void serialize(Archive& archive) {
    archive(submitted, ok, failed, lost, timed_out, not_started, missing);
  }
};

/// `3 ok, 1 failed, 1 missing`: how many were ok, and what else there is any of. `ok` is the word.
std::string describe(const Ledger& ledger, std::string_view ok = "ok");

/// A task, what became of it, and its value if it has one.
struct TaskResult {
  TaskId task = 0;
  std::string outcome{};
  std::optional<std::int64_t> value{};

  /// Saves and loads (cereal).
  template <class Archive>
  void serialize(Archive& archive) {
    archive(task, outcome, value);
  }
};

struct Account {
  std::optional<std::string> error{};  ///< what the run threw at its caller; empty: it returned
  Ledger ledger{};                     ///< counted from the results (account_of_run.h)
  std::size_t wrong = 0;               ///< results that are not right, or too many
  std::vector<TaskResult> results{};   ///< in task order, once they are counted
  std::vector<Failure> failures{};     ///< exceptions that the pool reported
  std::size_t abandoned = 0;           ///< threads that would not end

  /// Saves and loads (cereal).
  template <class Archive>
  void serialize(Archive& archive) {
    archive(error, ledger, wrong, results, failures, abandoned);
  }
};

}  // namespace workbench::scenarios
