#include "scenarios/run/explore/scenario_graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "scenarios/run/diagnosis.h"
#include "scenarios/run/explore/silence.h"
#include "scenarios/run/simulation.h"
#include "scenarios/trace/queue_role.h"

namespace workbench::scenarios {
namespace {

using trace::Event;
using trace::EventKind;
using trace::QueueRole;

bool fills_or_empties(EventKind kind) {
  return kind == EventKind::push || kind == EventKind::pop || kind == EventKind::pill ||
         kind == EventKind::stop;
}

std::string_view verb_of(EventKind kind) { return kind == EventKind::push ? "push" : "pop"; }

// An item of a queue in a word. A pool that gives its items no label is told by its queues.
std::string item_of(const Event& event, QueueRole role) {
  if (event.task != trace::kNone) return std::to_string(event.task);
  if (event.kind == EventKind::pill) return "pill";
  if (!event.text().empty()) return std::string(event.text());
  switch (role) {
    case QueueRole::input:
      return "pill";
    case QueueRole::result:
      return "result";
    case QueueRole::error:
      return "error";
    case QueueRole::stop:
      return "stop";
    case QueueRole::other:
      break;
  }
  return "item";
}

// The threads of a simulated run: the caller is the first, then the workers by number.
std::int32_t actor_of(simulated::ThreadId thread) { return static_cast<std::int32_t>(thread) - 1; }

std::optional<Wait> wait_of(const trace::Trace& trace, std::int32_t actor) {
  const auto all = waits_on(trace, [](int /*process*/) { return true; });
  const auto mine =
      std::find_if(all.begin(), all.end(), [&](const Wait& wait) { return wait.actor == actor; });
  return mine == all.end() ? std::nullopt : std::optional(*mine);
}

// Watches how a graph is made, and puts every step into words.
class StepTeller {
 public:
  explicit StepTeller(const Simulation& simulation) : trace_(simulation.trace()) {}

  // The step begins: what was recorded until now is no part of it.
  void before() {
    seen_.clear();
    for (const Event& event : trace_.recorder.events()) seen_.push_back(event.seq);
    waits_ = waits_on(trace_, [](int /*process*/) { return true; });
  }

  PlayedStep after(const simulated::ScheduleGraph::Edge& edge) {
    PlayedStep step{.actor = actor_of(edge.option.thread), .picks = edge.picks};
    for (const Event& event : trace_.recorder.events()) {
      if (std::binary_search(seen_.begin(), seen_.end(), event.seq)) continue;
      const auto role = event.queue == trace::kNone ? QueueRole::other
                                                    : trace::role_of(name_of_queue(event.queue));
      step.events.push_back(
          {event.kind, event.queue, event.task,
           fills_or_empties(event.kind) ? item_of(event, role) : std::string(event.text())});
    }
    const auto was_in = std::find_if(waits_.begin(), waits_.end(),
                                     [&](const Wait& wait) { return wait.actor == step.actor; });
    const auto is_in = wait_of(trace_, step.actor);
    if (was_in != waits_.end()) step.place = was_in->place;
    if (is_in) {
      step.next = call_of(*is_in);
      step.next_place = is_in->place;
    }
    step.does = words_of(step, edge.option.reason, was_in == waits_.end() ? nullptr : &*was_in);
    for (auto id = static_cast<std::int32_t>(queues_.size()); id < trace_.board.queues(); ++id) {
      queues_.push_back(name_of_queue(id));
    }
    return step;
  }

  const std::vector<std::string>& queues() const { return queues_; }

 private:
  std::string name_of_queue(std::int32_t id) const { return trace_.board.queue(id).name.data(); }

  // `was_in`: the call in which the step began, if it may block.
  std::string words_of(const PlayedStep& step, simulated::WakeReason reason, const Wait* was_in) {
    const auto& events = step.events;
    const auto has = [&](EventKind kind) {
      return std::any_of(events.begin(), events.end(),
                         [&](const StepEvent& event) { return event.kind == kind; });
    };
    if (has(EventKind::start)) return "start";
    const auto moved = std::find_if(events.begin(), events.end(), [](const StepEvent& event) {
      return fills_or_empties(event.kind);
    });
    if (moved != events.end()) {
      return fmt::format("{} {}", verb_of(moved->kind), name_of_queue(moved->queue));
    }
    if (was_in == nullptr) return has(EventKind::exit) ? "end" : "go on";
    const bool is_over = step.next != call_of(*was_in) || step.next_place != was_in->place;
    if (was_in->operation == trace::Operation::join) return is_over ? "join" : "look at workers";
    if (!is_over) return "look at " + was_in->queue;
    return reason == simulated::WakeReason::ready
               ? "leave " + was_in->queue
               : fmt::format("wait no longer for {}: its time is up", was_in->queue);
  }

  const trace::Trace& trace_;
  std::vector<std::uint64_t> seen_;  // sorted
  std::vector<Wait> waits_;
  std::vector<std::string> queues_;
};

// After the step its thread cannot go on by itself: at the next node it has no choice.
bool waits_after(const simulated::ScheduleGraph& graph,
                 const simulated::ScheduleGraph::Edge& edge) {
  const auto& next = graph.nodes[edge.to].edges;
  return std::none_of(next.begin(), next.end(), [&](std::size_t other) {
    const simulated::Transition& option = graph.edges[other].option;
    return option.thread == edge.option.thread && option.reason == simulated::WakeReason::ready;
  });
}

// Only the whole graph tells whether somebody who looked has to wait.
void finish(PlayedStep& step, bool waits) {
  constexpr std::string_view kLook = "look at ";
  step.waits = waits && !step.next.empty();
  if (step.waits && step.does.starts_with(kLook)) step.does.replace(0, kLook.size(), "wait for ");
}

}  // namespace

ScenarioGraph scenario_graph(const RunSpec& spec, const simulated::Scheduler::Options& scheduler,
                             std::size_t most_nodes) {
  Simulation simulation(*spec.subject, *spec.scenario);
  const Silence silence;
  StepTeller teller(simulation);
  std::vector<PlayedStep> told;  // by edge
  std::map<std::string, std::pair<Verdict, std::optional<HangKind>>> verdicts;
  simulated::Program program = simulation.program();
  program.outcome = [&, describe = program.outcome](simulated::Ending ending) {
    std::string outcome = describe(ending);
    const RunRecord& last = simulation.last();
    verdicts[outcome] = {last.verdict, last.hang ? last.hang->kind : std::nullopt};
    return outcome;
  };
  const simulated::ScheduleGraph graph =
      simulated::schedule_graph(program, scheduler, most_nodes,
                                {.before = [&] { teller.before(); },
                                 .after =
                                     [&](const simulated::ScheduleGraph::Edge& edge) {
                                       told.push_back(teller.after(edge));
                                     }});
  if (graph.nodes.size() > most_nodes) {
    throw UsageError(fmt::format(
        "the graph of {} with {}, {} workers and {} tasks has more than {} nodes; allowed: up to "
        "{}; fewer --workers or --tasks make it smaller",
        spec.scenario->name, spec.subject->name, spec.scenario->workers, spec.scenario->tasks,
        most_nodes, most_nodes));
  }

  ScenarioGraph all{.queues = teller.queues(), .leaves = graph.ends(), .complete = graph.complete};
  for (const auto& node : graph.nodes) {
    ScenarioGraph::Node& mine = all.nodes.emplace_back();
    if (node.end) {
      const auto& [verdict, hang] = verdicts.at(node.end->outcome);
      const SimulatedSchedule schedule{.options = scheduler, .choices = node.end->schedule};
      mine.leaf = {verdict, hang, node.end->outcome, schedule.text()};
    }
    for (const std::size_t edge : node.edges) {
      PlayedStep& step = told[edge];
      finish(step, waits_after(graph, graph.edges[edge]));
      // There are few different steps.
      const auto same = std::find(all.steps.begin(), all.steps.end(), step);
      mine.choices.push_back(
          {static_cast<std::size_t>(same - all.steps.begin()), graph.edges[edge].to});
      if (same == all.steps.end()) all.steps.push_back(step);
    }
  }
  return all;
}

}  // namespace workbench::scenarios
