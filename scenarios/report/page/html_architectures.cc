#include "scenarios/report/page/html_architectures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "scenarios/report/graphs/architecture.h"
#include "scenarios/report/graphs/graphviz.h"
#include "scenarios/report/graphs/layers.h"
#include "scenarios/report/page/html.h"
#include "scenarios/report/page/html_matrix.h"

namespace workbench::scenarios {
namespace {

constexpr std::string_view kHowToRead =
    "<h2 id=\"architectures\">The architectures, as the runs showed them</h2>\n"
    "<p>Drawn from the trace of one run each. What means the same stands in the same place: look "
    "for what one drawing has and the other has not. A tube is a queue; what was taken out of it "
    "is dashed, what is left in it is not. P is a pill, 3 a task, 3′ its result, 3 ✗ the word that "
    "it has failed. Whoever has died is crossed out.</p>\n";

std::vector<const JudgedRun*> chosen_of(const std::vector<JudgedRun>& runs) {
  std::vector<const JudgedRun*> chosen;
  for (const Subject& subject : subjects()) {
    for (const std::string_view scenario : {"one-task-throws", ""}) {
      const auto run = std::find_if(runs.begin(), runs.end(), [&](const JudgedRun& each) {
        return each.spec.subject == &subject && !each.record.queues.empty() &&
               (scenario.empty() || each.spec.scenario->name == scenario);
      });
      if (run == runs.end()) continue;
      chosen.push_back(&*run);
      break;
    }
  }
  return chosen;
}

}  // namespace

std::string html_architectures(const std::vector<JudgedRun>& runs) {
  const auto chosen = chosen_of(runs);
  std::vector<std::string> graphs;
  graphs.reserve(chosen.size() + 1);
  for (const JudgedRun* run : chosen) graphs.push_back(architecture(run->record));
  graphs.push_back(layers_graph(folder_uses()));
  const auto drawings = draw(graphs);
  std::string html(kHowToRead);
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    const RunRecord& record = chosen[i]->record;
    if (i % 2 == 0) html += "<div class=\"pair\">\n";
    html += fmt::format(
        "<figure tabindex=\"0\">{}<figcaption><a href=\"#{}\">{} in <code>{}</code> on {}</a>: "
        "{}</figcaption>"
        "</figure>\n",
        named(drawings[i], "The architecture of " + record.subject), escaped(id_of(record)),
        escaped(record.subject), escaped(record.scenario), name_of(record.runtime),
        escaped(describe(record)));
    if (i % 2 == 1 || i + 1 == chosen.size()) html += "</div>\n";
  }
  return html + fmt::format(
                    "<h2 id=\"layers\">The layers of the sources</h2>\n<figure "
                    "tabindex=\"0\">{}<figcaption>Read "
                    "off the includes: an arrow leads to what a folder includes, unless other "
                    "arrows lead there, too.</figcaption></figure>\n",
                    named(drawings.back(), "The layers of the sources"));
}

}  // namespace workbench::scenarios
