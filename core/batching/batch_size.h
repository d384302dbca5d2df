/// @file
/// How many tasks a worker takes at once from a queue that is shared in batches.
#pragma once

#include <algorithm>
#include <cstddef>

namespace workbench {

/// No batch is larger than this.
inline constexpr std::size_t kBatch = 1024;

/// A worker's batch when `tasks` are left for `workers` of them, >= 1: a part of its share, so that
/// batches become smaller towards the end and all come to it at about the same time (guided
/// self-scheduling: Polychronopoulos and Kuck, IEEE Transactions on Computers, 1987).
constexpr std::size_t batch_size(std::size_t tasks, std::size_t workers) {
  const std::size_t parts = 2 * workers;
  return std::min(kBatch, (tasks + parts - 1) / parts);
}

/// How many of another's tasks that it has not begun one takes who has none: the later half.
constexpr std::size_t half_of(std::size_t not_begun) { return (not_begun + 1) / 2; }

}  // namespace workbench
