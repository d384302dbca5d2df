#include "core/simulated/schedule_graph.h"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <tuple>
#include <utility>

#include "core/simulated/prefix_class.h"
#include "core/simulated/schedule.h"
#include "core/stack.h"

namespace workbench::simulated {
namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

// Something that was not tried yet: at this node this option, with these first picks in its step.
struct Untried {
  std::size_t node;
  Transition option;
  std::vector<std::size_t> picks;
};

// Follows known edges to a node, takes an untried option there, and goes on with the first option
// of each new node, until it comes to a known one.
class Grower final : public Strategy {
 public:
  Grower(std::size_t most_nodes, const GraphWatch& watch)
      : most_nodes_(most_nodes), watch_(watch) {}

  /// Begins the next execution. False: everything was tried.
  bool begin() {
    if (!untried_.empty()) {
      wanted_ = std::move(untried_.back());
      untried_.pop_back();
      way_ = way_to(wanted_->node);
    } else if (!graph_.nodes.empty()) {
      return false;
    }
    schedule_ = {};
    step_ = 0;
    edge_ = kNone;
    class_.begin();
    return true;
  }

  std::optional<std::size_t> choose(const std::vector<Transition>& options) override {
    Transition option;
    picks_.clear();
    next_pick_ = 0;
    taken_.clear();
    if (step_ < way_.size()) {
      const ScheduleGraph::Edge& known = graph_.edges[way_[step_]];
      option = known.option;
      picks_ = known.picks;
    } else {
      if (!wanted_ && !arrive(options)) return std::nullopt;
      option = wanted_->option;
      picks_ = wanted_->picks;
      if (watch_.before) watch_.before();
    }
    const auto place = std::find(options.begin(), options.end(), option);
    if (place == options.end()) throw std::logic_error("the same steps lead to other options");
    option_ = option;
    const auto chosen = static_cast<std::size_t>(place - options.begin());
    schedule_.add(chosen, options.size());
    return chosen;
  }

  std::size_t pick(std::size_t count) override {
    const std::size_t chosen = next_pick_ < picks_.size() ? picks_[next_pick_] : 0;
    // A pick that nobody has made before: the others are to be tried later.
    for (std::size_t other = 1; next_pick_ >= picks_.size() && other < count; ++other) {
      std::vector<std::size_t> picks = taken_;
      picks.push_back(other);
      untried_.push_back({wanted_->node, option_, std::move(picks)});
    }
    ++next_pick_;
    taken_.push_back(chosen);
    schedule_.add(chosen, count);
    return chosen;
  }

  void enabled(ThreadId by, ThreadId whom) override { class_.enabled(by, whom); }

  void stepped(const std::vector<Access>& accesses) override {
    class_.step(option_, taken_, accesses);
    if (step_++ < way_.size()) return;
    edge_ = graph_.edges.size();
    graph_.edges.push_back({option_, taken_, wanted_->node, kNone});
    graph_.nodes[wanted_->node].edges.push_back(edge_);
    wanted_.reset();
    if (watch_.after) watch_.after(graph_.edges.back());
  }

  /// The execution has come to its end.
  void end(Ending ending, const Program& program) {
    const auto [node, is_new] = node_of_class();
    if (is_new) graph_.nodes[node].end = {ending, program.outcome(ending), schedule_.text()};
    cut_ = cut_ || ending == Ending::too_long;
  }

  bool is_full() const { return graph_.nodes.size() > most_nodes_; }

  ScheduleGraph take() {
    graph_.complete = untried_.empty() && !cut_ && !is_full();
    for (ScheduleGraph::Node& node : graph_.nodes) {
      std::sort(node.edges.begin(), node.edges.end(), [&](std::size_t left, std::size_t right) {
        const auto order = [](const ScheduleGraph::Edge& edge) {
          return std::tie(edge.option.reason, edge.option.thread, edge.picks);
        };
        return order(graph_.edges[left]) < order(graph_.edges[right]);
      });
    }
    return std::move(graph_);
  }

 private:
  // The edges from the beginning to a node.
  std::vector<std::size_t> way_to(std::size_t node) const {
    std::vector<std::size_t> way;
    for (; first_edge_[node] != kNone; node = graph_.edges[way.back()].from) {
      way.push_back(first_edge_[node]);
    }
    std::reverse(way.begin(), way.end());
    return way;
  }

  // The node that the execution stands at. The edge that was taken last leads to it.
  std::pair<std::size_t, bool> node_of_class() {
    const auto [entry, is_new] = nodes_.try_emplace(class_.key(), graph_.nodes.size());
    if (is_new) {
      graph_.nodes.emplace_back();
      first_edge_.push_back(edge_);
    }
    if (edge_ != kNone) graph_.edges[edge_].to = entry->second;
    return {entry->second, is_new};
  }

  // The execution has come to a node. If it is new, its first option is wanted now, and the others
  // later. False: it is known, or there is no room for more.
  bool arrive(const std::vector<Transition>& options) {
    const auto [node, is_new] = node_of_class();
    if (!is_new || is_full()) return false;
    for (std::size_t i = options.size(); i-- > 1;) untried_.push_back({node, options[i], {}});
    wanted_ = Untried{node, options.front(), {}};
    return true;
  }

  std::size_t most_nodes_;
  const GraphWatch& watch_;
  ScheduleGraph graph_;
  std::vector<std::size_t> first_edge_;  // by node: the edge by which it was found
  std::map<PrefixClass::Key, std::size_t> nodes_;
  std::vector<Untried> untried_;
  bool cut_ = false;
  // Of this execution.
  std::vector<std::size_t> way_;
  std::optional<Untried> wanted_;
  PrefixClass class_;
  Schedule schedule_;
  std::size_t step_ = 0;
  std::size_t edge_ = kNone;  // the new one that was taken last
  // Of this step.
  Transition option_{};
  std::vector<std::size_t> picks_;  // wanted
  std::vector<std::size_t> taken_;
  std::size_t next_pick_ = 0;
};

}  // namespace

std::size_t ScheduleGraph::ends() const {
  return static_cast<std::size_t>(std::count_if(
      nodes.begin(), nodes.end(), [](const Node& node) { return node.end.has_value(); }));
}

ScheduleGraph schedule_graph(const Program& program, const Scheduler::Options& options,
                             std::size_t most_nodes, const GraphWatch& watch) {
  const WithoutStacks unneeded;
  Grower grower(most_nodes, watch);
  while (!grower.is_full() && grower.begin()) {
    Scheduler scheduler(options, grower);
    const Ending ending = scheduler.run(program.run, program.look);
    if (ending != Ending::stopped) grower.end(ending, program);
  }
  return grower.take();
}

}  // namespace workbench::simulated
