/// @file
/// How many tasks a worker takes at once from a queue that is shared in batches.
#pragma once

#include <algorithm>
#include <cstddef>

namespace workbench {

/// No batch is larger than this.
inline constexpr std::size_t kBatch = 1024;

/// How many tasks a worker takes when `tasks` are left and `workers`, >= 1, share them: half of its
/// equal share, rounded up. With 2 workers and 100 tasks the batches are 25, 19, 14, 11, … 1: they
/// become smaller towards the end, so that all workers finish at about the same time (guided
/// self-scheduling: Polychronopoulos and Kuck, IEEE Transactions on Computers, 1987).
constexpr std::size_t batch_size(std::size_t tasks, std::size_t workers) {
  const std::size_t parts = 2 * workers;
  return std::min(kBatch, (tasks + parts - 1) / parts);
}

}  // namespace workbench
