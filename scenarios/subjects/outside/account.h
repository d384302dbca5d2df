/// @file
/// The account of an outside subject: the file in which its program has written down what its
/// action did, and what the caller of the pool received (docs/pages/subject_protocol.md).
///
/// It is written by a program that we know nothing of. So nothing in it is believed that is not
/// exactly what the protocol allows: whatever else stands there is a mistake of the program, and is
/// said, with its line.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/model/run_result.h"
#include "scenarios/model/scenario.h"

namespace workbench::scenarios {

struct Account {
  bool returned = false;                ///< the run of the pool has returned
  RunResult result{};                   ///< not counted yet; `error`: what the run has raised
  std::vector<std::size_t> struck{};    ///< how often each fault of the scenario has struck
  std::vector<std::size_t> begun{};     ///< how often each task was begun
  std::vector<std::string> mistakes{};  ///< `account line 7: 'value' must be a whole number`
  std::string cut_off{};  ///< the last line has no end: no mistake if its writer was killed

  /// Is the run over, as the program says?
  bool is_finished() const { return returned || result.error.has_value(); }
};

/// How large an account may be.
inline constexpr std::size_t kMostAccountBytes = std::size_t{64} << 20;

/// The faults that the program is told of, by their indices in the scenario: it numbers them anew.
/// The others strike when a worker is started, and that is done to it (outside/refusal.h).
std::vector<std::size_t> told_faults(const Scenario& scenario);

/// What stands in an account.
Account read_account(std::string_view text, const Scenario& scenario);

}  // namespace workbench::scenarios
