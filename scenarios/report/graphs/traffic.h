/// @file
/// What went through the queues of a pool in a run, read off its trace: which items in which order,
/// who pushed how many of which kind, and who popped them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/task.h"
#include "scenarios/model/run_record.h"
#include "scenarios/trace/queue_role.h"

namespace workbench::scenarios {

enum class Cargo { task, pill, result, notice, farewell, error, token, message };

/// Something that was pushed into a queue.
struct QueueItem {
  Cargo cargo = Cargo::message;
  std::optional<TaskId> task{};
  bool is_taken = false;  ///< it was popped, too
};

struct QueueContents {
  std::string name{};
  trace::QueueRole role = trace::QueueRole::other;
  std::uint64_t capacity = 0;      ///< 0: unbounded
  std::vector<QueueItem> items{};  ///< in the order in which they were pushed
};

using CargoCounts = std::map<Cargo, std::size_t>;

struct Traffic {
  using Ends = std::pair<std::int32_t, trace::QueueRole>;  ///< an actor, and a queue

  std::vector<QueueContents> queues{};  ///< as the pool made them
  std::map<Ends, CargoCounts> pushes{};
  std::map<Ends, CargoCounts> pops{};

  /// Null: the pool has no such queue.
  const QueueContents* queue(trace::QueueRole role) const;
  /// What all workers together pushed into it.
  CargoCounts pushed_by_workers(trace::QueueRole role) const;
};

Traffic traffic_of(const RunRecord& record);

/// `5 tasks, 2 pills`.
std::string words_of(const CargoCounts& counts);

/// The same, as one line if it has room in so many points, or else as one for each kind.
std::vector<std::string> lines_of(const CargoCounts& counts, double width);

/// In a few letters: `3` for a task, `P` for a pill.
std::string sign_of(const QueueItem& item);

}  // namespace workbench::scenarios
