/// @file
/// Programs for the explorer that leave a word about their ends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/simulated/explorer.h"
#include "core/simulated/schedule_graph.h"

namespace workbench::testing {

/// Its outcome is what `tell` returns, or how it failed to return.
struct TellingProgram : simulated::Program {
  explicit TellingProgram(std::function<std::string()> tell) {
    run = [this, tell = std::move(tell)] {
      said_ = "nothing";
      said_ = tell();
    };
    outcome = [this](simulated::Ending ending) {
      switch (ending) {
        case simulated::Ending::finished:
          return said_;
        case simulated::Ending::deadlock:
          return std::string("hang");
        case simulated::Ending::too_long:
          return std::string("too long");
        case simulated::Ending::stopped:
          break;
      }
      return std::string("stopped");
    };
  }
  TellingProgram(const TellingProgram&) = delete;

 private:
  std::string said_;
};

/// Names only.
inline std::set<std::string> outcomes_of(const simulated::Exploration& found) {
  std::set<std::string> names;
  for (const auto& [name, outcome] : found.outcomes) names.insert(name);
  return names;
}

/// In how many ways each outcome can be reached. There are as many ways through a graph as a
/// depth-first search has schedules, if each node stands for beginnings that come to the same.
inline std::map<std::string, std::uint64_t> ways_to_outcomes(
    const simulated::ScheduleGraph& graph) {
  // A node is taken when the ways over all edges into it are counted.
  std::vector<std::size_t> open(graph.nodes.size(), 0);
  for (const auto& edge : graph.edges) ++open[edge.to];
  std::vector<std::uint64_t> ways(graph.nodes.size(), 0);
  ways[0] = 1;
  std::map<std::string, std::uint64_t> outcomes;
  for (std::vector<std::size_t> ready{0}; !ready.empty();) {
    const std::size_t here = ready.back();
    ready.pop_back();
    const auto& node = graph.nodes[here];
    if (node.end) outcomes[node.end->outcome] += ways[here];
    for (const std::size_t edge : node.edges) {
      const std::size_t next = graph.edges[edge].to;
      ways[next] += ways[here];
      if (--open[next] == 0) ready.push_back(next);
    }
  }
  return outcomes;
}

/// The same, as an exploration has counted.
inline std::map<std::string, std::uint64_t> counts_of(const simulated::Exploration& found) {
  std::map<std::string, std::uint64_t> counts;
  for (const auto& [name, outcome] : found.outcomes) counts[name] = outcome.count;
  return counts;
}

/// Are larger sizes wanted, too?
inline bool asked_for_all() { return std::getenv("WORKBENCH_ALL_SCHEDULES") != nullptr; }

}  // namespace workbench::testing
