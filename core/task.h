/// @file
/// Tasks are known in advance, so queues carry their *positions*: small, cheap to ship between
/// processes, and enough to say which task was in whose hands.
#pragma once

#include <cstddef>
#include <optional>

namespace workbench {

/// A task's position in the list given to `run`, from 0.
using TaskId = std::size_t;

/// A worker's number, from 0 in the order of starting. A replaced worker gets a new number.
using WorkerId = int;

/// What `input_queue` holds: a task, or the pill. Popping one puts the task into the popper's
/// hands, and the runtime remembers that (see `Hold`).
using MaybeTask = std::optional<TaskId>;

/// The poison pill: "no more tasks, leave". It is the absence of a task, so no task can equal it.
inline constexpr std::nullopt_t pill = std::nullopt;

}  // namespace workbench
