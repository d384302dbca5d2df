/// @file
/// All that can happen in a small program, as a graph: what a player sees who may decide at each
/// step which thread goes on.
///
///          ┌─A─▶ ○ ─B─┐             a node is a class of beginnings that differ only in the order
///     ○ ───┤          ├──▶ ○ ─▶ …   of independent steps (prefix_class.h); an edge is one step of
///          └─B─▶ ○ ─A─┘             one thread; a node without edges is an end
///
/// An end is a class of schedules. The explorer (explorer.h) runs one of each, or several where
/// there are choices within steps; what lies on the way it sees only in part. Here every node is
/// visited, and every edge is taken once, so there is much more.
///
/// Thread safety: none.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/simulated/explorer.h"
#include "core/simulated/scheduler.h"

namespace workbench::simulated {

struct ScheduleGraph {
  struct Edge {
    Transition option{};
    std::vector<std::size_t> picks{};  ///< the choices within the step
    std::size_t from = 0;
    std::size_t to = 0;
  };
  struct End {
    Ending ending = Ending::finished;
    std::string outcome{};
    std::string schedule{};  ///< leads to it, for `replay`
  };
  struct Node {
    std::vector<std::size_t> edges{};  ///< their numbers; by option, then by picks
    std::optional<End> end{};          ///< if there are no edges
  };

  std::vector<Node> nodes{};  ///< the first is the beginning
  std::vector<Edge> edges{};
  bool complete = false;  ///< false: it was too large, or an execution was cut. Then it has holes

  std::size_t ends() const;
};

/// Is told of each new edge, while its program stands still. All may be empty.
struct GraphWatch {
  std::function<void()> before{};                           ///< its step begins
  std::function<void(const ScheduleGraph::Edge&)> after{};  ///< it is over; `to` is not known yet
};

/// Builds the graph of `program`, but no more than `most_nodes` nodes of it. Throws as `explore`.
ScheduleGraph schedule_graph(const Program& program, const Scheduler::Options& options,
                             std::size_t most_nodes, const GraphWatch& watch = {});

}  // namespace workbench::simulated
