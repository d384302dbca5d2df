#include "scenarios/report/page/games.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "scenarios/model/event_names.h"

namespace workbench::scenarios {
namespace {

using Json = nlohmann::ordered_json;

struct Game {
  std::string_view subject;
  std::size_t tasks;
  int workers;
};

// Small enough to be played, and large enough that it matters who goes on. With three tasks the
// second is not the last one, so the published reactor loses its error in some schedules only.
constexpr std::string_view kScenario = "last-of-two-throws";
constexpr std::array kGames{Game{"naive", 2, 2}, Game{"published-reactor", 3, 2},
                            Game{"reactor-stop-on-error", 2, 1}};

Json event_json(const StepEvent& event) {
  Json json{{"kind", name_of(event.kind)}};
  if (event.queue != trace::kNone) json["queue"] = event.queue;
  if (event.task != trace::kNone) json["task"] = event.task;
  if (!event.item.empty()) json["item"] = event.item;
  return json;
}

// What is empty is left out: most steps have little to say.
Json step_json(const PlayedStep& step) {
  Json json{
      {"actor", step.actor}, {"actor_name", trace::actor_name(step.actor)}, {"does", step.does}};
  if (!step.place.empty()) json["place"] = step.place;
  if (!step.picks.empty()) json["picks"] = step.picks;
  for (const StepEvent& event : step.events) json["events"].push_back(event_json(event));
  if (!step.next.empty()) json["next"] = {{"call", step.next}, {"place", step.next_place}};
  if (step.waits) json["waits"] = true;
  return json;
}

Json node_json(const ScenarioGraph::Node& node) {
  if (!node.leaf) {
    Json choices = Json::array();
    for (const auto& choice : node.choices) choices.push_back({choice.step, choice.to});
    return {{"choices", std::move(choices)}};
  }
  Json leaf{{"verdict", name_of(node.leaf->verdict)}};
  if (node.leaf->hang) leaf["hang"] = name_of(*node.leaf->hang);
  leaf["outcome"] = node.leaf->outcome;
  leaf["schedule"] = node.leaf->schedule;
  return {{"leaf", std::move(leaf)}};
}

}  // namespace

Json to_json(const RunSpec& spec, const simulated::Scheduler::Options& scheduler,
             const ScenarioGraph& graph) {
  Json json{{"schema_version", 1},
            {"scenario", spec.scenario->name},
            {"subject", spec.subject->name},
            {"workers", spec.scenario->workers},
            {"tasks", spec.scenario->tasks},
            {"command", spec.command()},
            {"early_timeouts", scheduler.early_timeouts},
            {"spurious_wakeups", scheduler.spurious_wakeups},
            {"faults", scheduler.faults},
            {"queues", graph.queues},
            {"complete", graph.complete},
            {"classes", graph.leaves},
            {"steps", Json::array()},
            {"nodes", Json::array()}};
  for (const PlayedStep& step : graph.steps) json["steps"].push_back(step_json(step));
  for (const auto& node : graph.nodes) json["nodes"].push_back(node_json(node));
  return json;
}

std::string as_line(const Json& json) {
  const std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  std::string safe;
  safe.reserve(text.size());
  for (const char letter : text) {
    // In JSON it stands only within texts.
    if (letter == '<') {
      safe += "\\u003c";
    } else {
      safe += letter;
    }
  }
  return safe;
}

Json games_json(const std::vector<Scenario>& scenarios) {
  Json games = Json::array();
  const auto known = std::find_if(scenarios.begin(), scenarios.end(),
                                  [](const Scenario& each) { return each.name == kScenario; });
  if (known == scenarios.end()) return games;
  for (const Game& game : kGames) {
    const Subject* subject = find_subject(std::string(game.subject));
    if (subject == nullptr) continue;
    Scenario scenario = *known;
    if (std::exchange(scenario.tasks, game.tasks) != game.tasks) {
      scenario.words += fmt::format(" --tasks {}", game.tasks);
    }
    if (std::exchange(scenario.workers, game.workers) != game.workers) {
      scenario.words += fmt::format(" --workers {}", game.workers);
    }
    const RunSpec spec{&scenario, subject, RuntimeKind::simulated};
    games.push_back(to_json(spec, {}, scenario_graph(spec, {})));
  }
  return games;
}

}  // namespace workbench::scenarios
