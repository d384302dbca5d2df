#include "scenarios/report/graphs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>

#include "scenarios/report/page/html.h"

namespace workbench::scenarios {
namespace {

// Shapes and words say nearly all that the colours say, so that the drawings can be read in black
// and white.
constexpr std::string_view kHead = R"(digraph {{
  bgcolor="transparent"; rankdir={}; nodesep=0.35; ranksep=0.7;
  node [fontname="DejaVu Sans", fontsize=11, style=filled, fillcolor="white", color="#444444"];
  edge [fontname="DejaVu Sans", fontsize=9, color="#444444", fontcolor="#444444"];
)";

std::string actor_node(std::int32_t actor) {
  return actor == trace::kCaller ? "caller" : fmt::format("worker_{}", actor);
}

std::string_view fill_of(ActorState state) {
  switch (state) {
    case ActorState::dead:
      return "#f6c7c2";
    case ActorState::waiting:
      return "#fbe6b4";
    case ActorState::abandoned:
    case ActorState::alive:
      return "#e4dcf5";
    default:
      return "white";
  }
}

struct Flow {
  std::size_t pushes = 0;
  std::size_t pops = 0;
};

using Flows = std::map<std::pair<std::int32_t, std::int32_t>, Flow>;  // by actor and queue

Flows flows_of(const RunRecord& record) {
  Flows flows;
  for (const trace::Event& event : record.events) {
    if (event.queue == trace::kNone) continue;
    Flow& flow = flows[{event.actor, event.queue}];
    if (event.kind == trace::EventKind::push) ++flow.pushes;
    if (event.kind == trace::EventKind::pop || event.kind == trace::EventKind::pill ||
        event.kind == trace::EventKind::stop) {
      ++flow.pops;
    }
  }
  return flows;
}

// `worker 1`, and below it how it ended, if there is something to say about that.
std::string label_of(const WorkerState& worker) {
  std::string end;
  if (!worker.exit) {
    if (worker.state != ActorState::left) end = name_of(worker.state);
  } else if (worker.exit->how == Exit::How::signal) {
    end = signal_name(worker.exit->signal);
  } else if (worker.exit->failure) {
    end = "died: " + worker.exit->failure->what;
  } else if (worker.exit->how == Exit::How::exit) {
    end = fmt::format("exit({})", worker.exit->code);
  }
  return fmt::format("worker {}{}{}", worker.worker, end.empty() ? "" : "\\n", escaped(end));
}

}  // namespace

std::string architecture(const RunRecord& record) {
  constexpr std::size_t kMostWorkers = 8;  // with more, nobody can read the drawing
  std::string dot = fmt::format(kHead, "LR");
  dot += "  caller [shape=box, label=\"caller\"];\n";
  const std::size_t shown = std::min(record.workers.size(), kMostWorkers);
  dot += "  { rank=same;\n";
  for (std::size_t i = 0; i < shown; ++i) {
    const WorkerState& worker = record.workers[i];
    dot += fmt::format("    {} [shape=ellipse, fillcolor=\"{}\", label=\"{}\"];\n",
                       actor_node(worker.worker), fill_of(worker.state), label_of(worker));
  }
  dot += "  }\n";
  for (std::size_t id = 0; id < record.queues.size(); ++id) {
    const QueueState& queue = record.queues[id];
    const std::uint64_t left = queue.pushed - std::min(queue.pushed, queue.popped);
    dot += fmt::format("  queue_{} [shape=cylinder, fillcolor=\"#dce9f5\", label=\"{}\\n{}{}\"];\n",
                       id, queue.name,
                       queue.capacity == 0 ? "" : fmt::format("room for {}, ", queue.capacity),
                       left == 0 ? "empty" : fmt::format("{} left", left));
  }
  for (const auto& [ends, flow] : flows_of(record)) {
    const auto& [actor, queue] = ends;
    if (actor >= static_cast<std::int32_t>(shown)) continue;
    if (flow.pushes > 0) {
      dot += fmt::format("  {} -> queue_{} [label=\"push × {}\"];\n", actor_node(actor), queue,
                         flow.pushes);
    }
    if (flow.pops > 0) {
      // Ignore this edge in the layout: otherwise what flows back would move the caller away from
      // the left.
      dot += fmt::format("  queue_{} -> {} [label=\"pop × {}\", style=dashed{}];\n", queue,
                         actor_node(actor), flow.pops,
                         actor == trace::kCaller ? ", constraint=false" : "");
    }
  }
  return dot + "}\n";
}

std::string wait_for_graph(const RunRecord& record) {
  std::string dot = fmt::format(kHead, "LR");
  std::map<std::int32_t, ActorState> states;
  for (const Wait& wait : record.waits) {
    for (const Waker& waker : wait.could_be_woken_by) states[waker.actor] = waker.state;
  }
  for (const Wait& wait : record.waits) states[wait.actor] = ActorState::waiting;
  for (const auto& [actor, state] : states) {
    dot += fmt::format("  {} [shape={}, fillcolor=\"{}\", label=\"{}\\n{}\"];\n", actor_node(actor),
                       actor == trace::kCaller ? "box" : "ellipse", fill_of(state),
                       trace::actor_name(actor), name_of(state));
  }
  for (const Wait& wait : record.waits) {
    for (const Waker& waker : wait.could_be_woken_by) {
      dot += fmt::format("  {} -> {} [label=\"{}\"];\n", actor_node(wait.actor),
                         actor_node(waker.actor), call_of(wait));
    }
  }
  return dot + "}\n";
}

}  // namespace workbench::scenarios
