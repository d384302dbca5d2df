/// @file
/// All that can happen in a small scenario, step by step, with the words for it: the matter of a
/// game in which the player is the scheduler.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/simulated/schedule_graph.h"
#include "scenarios/model/verdict.h"
#include "scenarios/run/run_spec.h"
#include "scenarios/trace/event.h"

namespace workbench::scenarios {

/// Something that the trace recorded during a step.
struct StepEvent {
  trace::EventKind kind = trace::EventKind::start;
  std::int32_t queue = trace::kNone;  ///< its number
  std::int64_t task = trace::kNone;
  std::string item{};  ///< of a push or a pop: `0` for a task or its result, `pill`, `stop`,
                       ///< `error`; else what the event says

  bool operator==(const StepEvent&) const = default;
};

/// What one actor does in one step. Many edges of a graph have the same step.
struct PlayedStep {
  std::int32_t actor = trace::kCaller;
  std::string does{};                ///< `pop input_queue`, `wait for result_queue`, `start`
  std::string place{};               ///< `naive/pool.h:33`: where in the pool; empty: not known
  std::vector<std::size_t> picks{};  ///< the choices within the step
  std::vector<StepEvent> events{};
  std::string next{};        ///< the call that it is in afterwards: `result_queue.pop()`; or empty
  std::string next_place{};  ///< and where
  bool waits = false;        ///< it goes on only when another one has woken it

  bool operator==(const PlayedStep&) const = default;
};

struct ScenarioGraph {
  struct Choice {
    std::size_t step = 0;  ///< its number among `steps`
    std::size_t to = 0;    ///< the node that it leads to
  };
  struct Leaf {
    Verdict verdict = Verdict::completed;
    std::optional<HangKind> hang{};
    std::string outcome{};   ///< in the words of `describe` (run_record.h)
    std::string schedule{};  ///< as `run --schedule` takes it
  };
  struct Node {
    std::vector<Choice> choices{};
    std::optional<Leaf> leaf{};  ///< if there is nothing to choose
  };

  std::vector<std::string> queues{};  ///< their names
  std::vector<PlayedStep> steps{};
  std::vector<Node> nodes{};  ///< the first is the beginning
  std::size_t leaves = 0;     ///< how many classes of schedules there are
  bool complete = false;      ///< false: an execution was cut
};

/// No graph is larger than this many nodes, unless its user allows more.
inline constexpr std::size_t kMostNodes = 20'000;

/// Throws UsageError if the graph has more than `most_nodes` nodes, and CannotSimulate. Requires:
/// `spec` is a simulated run.
ScenarioGraph scenario_graph(const RunSpec& spec, const simulated::Scheduler::Options& scheduler,
                             std::size_t most_nodes = kMostNodes);

}  // namespace workbench::scenarios
