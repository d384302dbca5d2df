#include "scenarios/report/graphs/wait_for.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "scenarios/report/graphs/label.h"
#include "scenarios/report/graphs/pinned_graph.h"
#include "scenarios/report/graphs/styles.h"
#include "scenarios/report/graphs/worker_words.h"
#include "scenarios/report/timeline/story.h"

namespace workbench::scenarios {
namespace {

constexpr double kWidest = 280;   // of a line in a node
constexpr std::size_t kEach = 4;  // more workers of which the same is to be said are one node

std::string fitting(std::string_view text) {
  return dot_label(fitting_label(text, kWidest, PinnedGraph::kLetter));
}

std::string node_of(std::int32_t actor) {
  return actor == trace::kCaller ? "caller" : fmt::format("worker_{}", actor);
}

class WaitForGraph {
 public:
  explicit WaitForGraph(const RunRecord& record) : record_(record) {
    if (!record_.events.empty()) first_cause_ = story_of(record_).first_cause;
    collect_actors();
    join_alike();
  }

  std::string dot() {
    if (record_.waits.empty()) return "";
    for (const auto& [node, actors] : nodes_) draw_actors(node, actors);
    for (const Wait& wait : record_.waits) draw_wait(wait);
    draw_first_cause();
    std::string lines;
    for (const std::string& line : lines_) lines += line;  // a set: nothing is drawn twice
    return graph_head("rankdir=LR, nodesep=0.3, ranksep=0.6") + lines + "}\n";
  }

 private:
  void collect_actors() {
    for (const Wait& wait : record_.waits) {
      actors_[wait.actor];
      for (const Waker& waker : wait.could_be_woken_by) actors_[waker.actor] = waker.state;
    }
    for (const Wait& wait : record_.waits) actors_[wait.actor] = ActorState::waiting;
    if (first_cause_ && worker_of(first_cause_->actor) != nullptr) {
      actors_.emplace(first_cause_->actor, worker_of(first_cause_->actor)->state);
    }
  }

  const WorkerState* worker_of(std::int32_t actor) const {
    const auto worker = std::find_if(record_.workers.begin(), record_.workers.end(),
                                     [&](const WorkerState& each) { return each.worker == actor; });
    return worker == record_.workers.end() ? nullptr : &*worker;
  }
  // Workers in the same state that wait for the same, and are waited for by the same.
  void join_alike() {
    std::map<std::tuple<ActorState, std::string, std::set<std::int32_t>>, std::vector<std::int32_t>>
        alike;
    for (const auto& [actor, state] : actors_) {
      std::set<std::int32_t> waiters;
      for (const Wait& wait : record_.waits) {
        for (const Waker& waker : wait.could_be_woken_by) {
          if (waker.actor == actor) waiters.insert(wait.actor);
        }
      }
      // Workers that wait for each other are alike, too.
      waiters.erase(actor);
      const Wait* wait = wait_of(record_, actor);
      const bool alone = actor == trace::kCaller || (first_cause_ && first_cause_->actor == actor);
      if (alone) {
        nodes_.emplace(node_of(actor), std::vector{actor});
      } else {
        alike[{state, wait == nullptr ? "" : call_of(*wait),
               wait == nullptr ? waiters : std::set<std::int32_t>{}}]
            .push_back(actor);
      }
    }
    for (const auto& [what, actors] : alike) {
      if (actors.size() > kEach) {
        nodes_.emplace(node_of(actors.front()), actors);
      } else {
        for (const std::int32_t actor : actors) nodes_.emplace(node_of(actor), std::vector{actor});
      }
    }
    for (const auto& [node, actors] : nodes_) {
      for (const std::int32_t actor : actors) node_of_actor_[actor] = node;
    }
  }

  void draw_actors(const std::string& node, const std::vector<std::int32_t>& actors) {
    const std::int32_t actor = actors.front();
    const WorkerState* worker = worker_of(actor);
    const Wait* wait = wait_of(record_, actor);
    std::string label = actors.size() == 1 ? trace::actor_name(actor)
                                           : fmt::format("{} workers: {} … {}", actors.size(),
                                                         actor, actors.back());
    if (wait != nullptr) {
      label += fmt::format("\\nwaits in {}\\n{}", fitting(call_of(*wait)), fitting(wait->place));
    } else if (worker != nullptr && actors.size() == 1) {
      const auto [state, message] = words_of(*worker, nullptr);
      label += "\\n" + fitting(state);
      if (!message.empty()) label += "\\n" + fitting(message);
    } else {
      label += fmt::format("\\n{}", name_of(actors_.at(actor)));
    }
    const bool is_dead = actors_.at(actor) == ActorState::dead ||
                         (worker != nullptr && wait == nullptr && went_wrong(*worker));
    lines_.insert(fmt::format("  {} [{}, label=\"{}\"]\n", node,
                              attributes_of(actor == trace::kCaller ? "caller"
                                            : is_dead               ? "dead"
                                                                    : "worker"),
                              label));
  }

  void draw_wait(const Wait& wait) {
    const std::string& waiter = node_of_actor_.at(wait.actor);
    const std::string queue = draw_queue(wait);
    const std::string call = fmt::format("{}()", name_of(wait.operation));
    if (!queue.empty()) {
      lines_.insert(fmt::format("  {} -> {} [{}, label=\"{}\"]\n", waiter, queue,
                                attributes_of("flow"), call));
    }
    for (const Waker& waker : wait.could_be_woken_by) {
      const std::string& target = node_of_actor_.at(waker.actor);
      if (queue.empty()) {
        lines_.insert(fmt::format("  {} -> {} [{}, label=\"{}\"]\n", waiter, target,
                                  attributes_of("flow"), call));
      } else {
        lines_.insert(fmt::format("  {} -> {} [{}]\n", queue, target, attributes_of("signal")));
      }
    }
  }

  // Returns its node; empty: it waits for no queue.
  std::string draw_queue(const Wait& wait) {
    const auto queue =
        std::find_if(record_.queues.begin(), record_.queues.end(),
                     [&](const QueueState& each) { return each.name == wait.queue; });
    if (queue == record_.queues.end()) return "";
    std::string node = fmt::format("queue_{}", queue - record_.queues.begin());
    const std::uint64_t left = queue->pushed - std::min(queue->pushed, queue->popped);
    std::string state = left == 0 ? "empty" : fmt::format("{} in it", left);
    if (queue->capacity > 0) state += fmt::format(", room for {}", queue->capacity);
    const std::string_view who =
        wait.operation == trace::Operation::push ? "could be emptied by" : "could be filled by";
    lines_.insert(fmt::format("  {} [{}, label=\"{}\\n{}\\n{}\"]\n", node,
                              attributes_of("cylinder"), fitting(queue->name), state, who));
    return node;
  }

  void draw_first_cause() {
    if (!first_cause_ || !node_of_actor_.contains(first_cause_->actor)) return;
    const std::string& actor = node_of_actor_.at(first_cause_->actor);
    lines_.insert(fmt::format("  cause [{}, label=\"first cause\\n{}\"]\n", attributes_of("cause"),
                              fitting(first_cause_->what)));
    lines_.insert(fmt::format("  cause -> {} [{}]\n", actor, attributes_of("waits")));
  }

  const RunRecord& record_;
  std::optional<FirstCause> first_cause_;
  std::map<std::int32_t, ActorState> actors_;
  std::map<std::string, std::vector<std::int32_t>> nodes_;  // one for each actor, or for several
  std::map<std::int32_t, std::string> node_of_actor_;
  std::set<std::string> lines_;
};

}  // namespace

std::string wait_for_graph(const RunRecord& record) { return WaitForGraph(record).dot(); }

}  // namespace workbench::scenarios
