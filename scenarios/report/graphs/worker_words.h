/// @file
/// How a worker is or has ended, in few words: they must fit into its box in a drawing.
#pragma once

#include <cstdint>
#include <string>

#include "scenarios/model/run_record.h"

namespace workbench::scenarios {

struct WorkerWords {
  std::string state{};    ///< `died, task 3 in hand`
  std::string message{};  ///< `std::runtime_error: boom`; empty: nothing more is to be said
};

/// What an actor waits for; null: nothing.
const Wait* wait_of(const RunRecord& record, std::int32_t actor);

/// `wait`: what it waits for, or null.
WorkerWords words_of(const WorkerState& worker, const Wait* wait);

}  // namespace workbench::scenarios
