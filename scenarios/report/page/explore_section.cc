#include "scenarios/report/page/explore_section.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string_view>
#include <utility>

#include "core/one_line.h"
#include "scenarios/report/page/html.h"
#include "scenarios/report/timeline/timeline.h"
#include "scenarios/run/simulation.h"

namespace workbench::scenarios {
namespace {

// What a report explores: small enough to be run to the end in a moment.
struct Small {
  std::string_view scenario;
  std::string_view subject;
  int workers;
  std::size_t tasks;
  std::size_t faults;
};
constexpr std::array kSmall{Small{"no-fault", "naive", 2, 2, 1},
                            Small{"last-of-two-throws", "published-reactor", 2, 3, 0},
                            Small{"last-of-two-throws", "naive", 2, 2, 0},
                            Small{"last-of-two-throws", "reactor-keep-going", 2, 2, 0},
                            Small{"last-of-two-throws", "reactor-stop-on-error", 2, 2, 0}};

Scenario resized(Scenario scenario, const Small& small) {
  const bool is_as_large = scenario.workers == small.workers && scenario.tasks == small.tasks;
  if (scenario.workers != small.workers) {
    scenario.words += fmt::format(" --workers {}", small.workers);
  }
  if (scenario.tasks != small.tasks) scenario.words += fmt::format(" --tasks {}", small.tasks);
  scenario.workers = small.workers;
  scenario.tasks = small.tasks;
  if (!is_as_large) scenario.expect.clear();  // it holds for its own size
  return scenario;
}

std::string shown(std::string text) { return escaped(on_one_line(std::move(text))); }

std::string row(const ExploredRuns& each) {
  const auto& found = each.explored.exploration;
  std::string ends;
  for (const ExploredOutcome& outcome : each.explored.outcomes) {
    ends +=
        fmt::format("{}{}: {}", ends.empty() ? "" : "<br>", shown(outcome.outcome), outcome.count);
  }
  return fmt::format(
      "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td>"
      "<td>{}</td></tr>\n",
      shown(each.spec.scenario->name), shown(each.spec.subject->name), each.spec.scenario->workers,
      each.spec.scenario->tasks, found.schedules,
      found.complete ? "all of them" : "<strong>not all</strong>", ends);
}

std::string difference(const ExploredOutcome& outcome, const std::string& id) {
  const TurningPoint& point = *outcome.turning_point;
  const std::vector<const RunRecord*> runs{&outcome.run.record, &point.good.record};
  const auto item = [](std::string_view name, const std::string& text) {
    return text.empty() ? "" : fmt::format("<dt>{}</dt><dd>{}</dd>", name, shown(text));
  };
  return fmt::format(
      "<details open><summary>{}: one choice makes the difference</summary>\n"
      "<dl>{}{}{}</dl>\n<figure>{}<figcaption>Above the schedule that fails, below the nearest one "
      "that does not. To the left of the line they are the same.</figcaption></figure>\n"
      "<p>The failing run again: <code>{}</code><br>The good one: <code>{}</code></p></details>\n",
      shown(outcome.outcome), item("in both runs", point.before),
      item("then in the failing one", point.here), item("and in the good one", point.there),
      timeline(runs, {.id = id,
                      .style = StyleSheet::in_the_page,
                      .parting = static_cast<std::int64_t>(point.place)}),
      shown(outcome.run.spec.command()), shown(point.good.spec.command()));
}

}  // namespace

std::string explore_section(const std::vector<ExploredRuns>& all) {
  std::string html =
      "<section id=\"every-schedule\">\n<h2>Every schedule</h2>\n"
      "<p>These small scenarios were run in every order of their threads' steps that matters, on "
      "the code of the pools itself, simulated. In the first one a fault may strike once, "
      "anywhere.</p>\n"
      "<div class=\"wide\"><table "
      "tabindex=\"0\">\n<thead><tr><th>scenario</th><th>pool</th><th>workers</th>"
      "<th>tasks</th><th>schedules</th><th>explored</th><th>how they end</th></tr></thead>\n"
      "<tbody>\n";
  for (const ExploredRuns& each : all) html += row(each);
  html += "</tbody></table></div>\n";
  std::size_t drawn = 0;
  for (const ExploredRuns& each : all) {
    std::string drawings;
    for (const ExploredOutcome& outcome : each.explored.outcomes) {
      if (!outcome.turning_point || !outcome.run.is_different()) continue;
      drawings += difference(outcome, fmt::format("parting-{}", ++drawn));
    }
    if (drawings.empty()) continue;
    html += fmt::format("<h3>{} in {}</h3>\n{}", shown(each.spec.subject->name),
                        shown(each.spec.scenario->name), drawings);
  }
  return html + "</section>\n";
}

std::string explore_section(const std::vector<Scenario>& scenarios) {
  std::deque<Scenario> resized_ones;  // which the runs point to
  std::vector<ExploredRuns> all;
  for (const Small& small : kSmall) {
    const auto known = std::find_if(scenarios.begin(), scenarios.end(),
                                    [&](const auto& each) { return each.name == small.scenario; });
    const Subject* subject = find_subject(std::string(small.subject));
    if (known == scenarios.end() || subject == nullptr) continue;
    SearchRequest request{.how = {.scheduler = {.faults = small.faults}}};
    Scenario& scenario = resized_ones.emplace_back(resized(*known, small));
    forget_expectations(scenario, request.how.scheduler);
    const RunSpec spec{&scenario, subject, RuntimeKind::simulated};
    all.push_back({spec, explore_scenario(spec, request, [](const auto&) { return true; })});
  }
  return all.empty() ? "" : explore_section(all);
}

}  // namespace workbench::scenarios
