/// @file
/// The workers in the drawing of an architecture (architecture.h): a row for each, with what it
/// took from the left and what it gave to the right.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>

#include "scenarios/model/run_record.h"
#include "scenarios/report/graphs/pinned_graph.h"
#include "scenarios/report/graphs/traffic.h"

namespace workbench::scenarios {

class WorkerRows {
 public:
  /// Draws the first `rows` workers. All must outlive it.
  WorkerRows(PinnedGraph& graph, const RunRecord& record, const Traffic& traffic, std::size_t rows)
      : graph_(graph), record_(record), traffic_(traffic), rows_(rows) {}

  void draw();

 private:
  using Counts = std::map<Traffic::Ends, CargoCounts>;

  void draw_box(const WorkerState& worker, const std::string& node, PinArea box);
  void draw_flows(const WorkerState& worker, const std::string& node, PinArea box);
  void draw_input(const WorkerState& worker, const std::string& node, PinPoint at);
  void draw_results(const WorkerState& worker, const std::string& node, PinPoint at);
  void draw_lines();
  // `1 error`; empty: none.
  static std::string count_of(const Counts& counts, const WorkerState& worker,
                              trace::QueueRole role);
  std::optional<std::size_t> last_row(const Counts& counts, trace::QueueRole role) const;

  PinnedGraph& graph_;
  const RunRecord& record_;
  const Traffic& traffic_;
  const std::size_t rows_;
};

}  // namespace workbench::scenarios
