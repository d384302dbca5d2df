/// @file
/// What happened in a run, ordered by who did it: the matter of a timeline, without a picture.
///
///     events of the trace ──▶ lanes   what each actor did: works on 3, waits, died
///                             depths  how full each queue was
///                             ways    of each task: pushed by whom, popped by whom
///
/// Times are those of the trace, in nanoseconds since the first event. A simulated run has no time
/// that means anything, and takes one step an event.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/task.h"
#include "scenarios/model/run_record.h"

namespace workbench::scenarios {

enum class Activity { works, waits, joins };

/// A stretch of an actor's time.
struct Span {
  Activity activity = Activity::works;
  std::int64_t begin = 0;
  std::int64_t end = 0;
  std::optional<TaskId> task{};  ///< it works on
  std::string queue{};           ///< it waits for
  bool has_thrown = false;       ///< its end: the action has thrown
  bool is_open = false;          ///< it has no end: the run ends before
};

/// The end of an actor.
struct LaneEnd {
  std::int64_t at = 0;
  bool went_wrong = false;  ///< it has not left as it was told to
  std::string how{};        ///< `was killed by SIGKILL`
};

struct Lane {
  std::int32_t actor = 0;
  std::int64_t begin = 0;
  std::vector<Span> spans{};
  std::optional<LaneEnd> ending{};
};

/// How full a queue was, from then on.
struct Depth {
  std::int64_t at = 0;
  std::uint64_t items = 0;
};

struct QueueDepths {
  std::string name{};
  std::vector<Depth> depths{};
};

/// A task, or its result, on its way through a queue.
struct Way {
  TaskId task = 0;
  std::string queue{};
  std::int32_t from = 0;  ///< the actor that pushed it
  std::int64_t pushed = 0;
  std::int32_t to = 0;  ///< the actor that popped it
  std::int64_t popped = 0;
};

/// The first thing that went wrong.
struct FirstCause {
  std::int64_t at = 0;
  std::int32_t actor = 0;
  std::string what{};
};

struct Story {
  bool counts_steps = false;  ///< the times are steps
  std::vector<Lane> lanes{};  ///< the caller, then the workers by number
  std::vector<QueueDepths> queues{};
  std::vector<Way> ways{};
  std::optional<FirstCause> first_cause{};
  std::vector<std::int64_t> moments{};  ///< of all events but the verdict, in order
  std::int64_t last_progress = 0;       ///< the last of these moments
  std::int64_t verdict = 0;             ///< when it was given
};

/// Requires: the record has events.
Story story_of(const RunRecord& record);

}  // namespace workbench::scenarios
