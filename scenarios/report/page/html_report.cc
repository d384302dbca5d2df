#include "scenarios/report/page/html_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>

#include "scenarios/report/graphs/graphviz.h"
#include "scenarios/report/graphs/wait_for.h"
#include "scenarios/report/page/explore_section.h"
#include "scenarios/report/page/games.h"
#include "scenarios/report/page/html.h"
#include "scenarios/report/page/html_architectures.h"
#include "scenarios/report/page/html_matrix.h"
#include "scenarios/report/page/replay_data.h"
#include "scenarios/report/page/run_section.h"
#include "scenarios/report/page/site.h"
#include "scenarios/report/timeline/timeline.h"

namespace workbench::scenarios {
namespace {

namespace fs = std::filesystem;

class ReportPage {
 public:
  ReportPage(const std::vector<Scenario>& scenarios, const std::vector<JudgedRun>& runs,
             Frames frames)
      : scenarios_(scenarios), runs_(runs), frames_(frames) {
    draw_all();
  }

  std::string html() const {
    const std::string body = fmt::format(
        "<header>\n<h1>How worker pools fail, and how a reactor does not</h1>\n{}"
        "<nav id=\"page-nav\" aria-label=\"This report\"><a href=\"#the-matrix\">The matrix</a> "
        "<a href=\"#the-architectures\">The architectures</a> "
        "<a href=\"#the-scenarios\">Scenario by scenario</a></nav>\n</header>\n"
        "<main>\n{}{}{}{}</main>\n",
        summary(), matrix(), architectures(), explorations(), scenario_sections());
    std::vector<PageData> data{{.id = "replay-data", .json = replay_data(runs_)}};
    const auto games = games_json(scenarios_);
    if (!games.empty()) data.push_back({.id = "games", .json = as_line(games)});
    return page_with_script("How worker pools fail", body, data);
  }

 private:
  // Makes all drawings in one call of Graphviz: to start it takes longer than to draw.
  void draw_all() {
    std::vector<std::string> graphs;
    std::vector<const JudgedRun*> whose;
    for (const JudgedRun& run : runs_) {
      if (!run.record.hang || run.record.waits.empty()) continue;
      graphs.push_back(wait_for_graph(run.record));
      whose.push_back(&run);
    }
    const auto drawings = draw(graphs);
    for (std::size_t k = 0; k < whose.size(); ++k) {
      wait_for_[whose[k]] = named(drawings[k], "Who waits for whom in " + id_of(whose[k]->record));
    }
  }

  std::string summary() const {
    const auto count = [&](auto is) { return std::count_if(runs_.begin(), runs_.end(), is); };
    return fmt::format(
        "<p>{} runs, {} as expected; {} of them hang, and that is proved from the kernel's "
        "evidence, not concluded from a time-out.</p>\n",
        runs_.size(), count([](const JudgedRun& run) { return run.mark == Mark::as_expected; }),
        count([](const JudgedRun& run) { return run.record.hang.has_value(); }));
  }

  std::string matrix() const {
    return "<section id=\"the-matrix\">\n<h2>The matrix</h2>\n"
           "<p>+ as expected, × not as expected, ? nothing is expected, - not reached or not "
           "applicable, – not run. Each cell leads to its run.</p>\n" +
           html_matrix(scenarios_, runs_) + "</section>\n";
  }

  std::string architectures() const {
    return fmt::format("<section id=\"the-architectures\">\n{}</section>\n",
                       html_architectures(runs_));
  }

  std::string explorations() const {
    const std::string section = explore_section(scenarios_);
    return section.empty() ? "" : fmt::format("<section>\n{}</section>\n", section);
  }

  std::string scenario_sections() const {
    std::string html = "<section id=\"the-scenarios\">\n<h2>Scenario by scenario</h2>\n";
    for (const Scenario& scenario : scenarios_) {
      html += fmt::format("<section class=\"scenario\" id=\"{0}\">\n<h3>{1}</h3>\n<p>{2}</p>\n",
                          escaped(scenario.name), escaped(scenario.title), escaped(scenario.why));
      for (const RuntimeKind runtime : kRealRuntimes) html += timelines(scenario, runtime);
      for (const JudgedRun& run : runs_) {
        if (run.spec.scenario != &scenario) continue;
        const auto drawing = wait_for_.find(&run);
        html += run_section(run, frames_, drawing == wait_for_.end() ? "" : drawing->second);
      }
      html += "</section>\n";
    }
    return html + "</section>\n";
  }

  // Our own pools above each other. Of the others it is not known what they did when.
  std::string timelines(const Scenario& scenario, RuntimeKind runtime) const {
    std::vector<const RunRecord*> records;
    for (const JudgedRun& run : runs_) {
      if (run.spec.scenario == &scenario && run.spec.runtime == runtime &&
          run.spec.subject->on_our_runtimes && !run.record.queues.empty()) {
        records.push_back(&run.record);
      }
    }
    if (records.empty()) return "";
    const std::string id = fmt::format("{}-{}", escaped(scenario.name), name_of(runtime));
    return fmt::format(
        "<details class=\"when\" data-runtime=\"{0}\"><summary>What happened when, on "
        "{0}</summary>\n"
        "<figure tabindex=\"0\">{1}</figure></details>\n",
        name_of(runtime), timeline(records, {.id = id, .style = StyleSheet::in_the_page}));
  }

  const std::vector<Scenario>& scenarios_;
  const std::vector<JudgedRun>& runs_;
  const Frames frames_;
  std::map<const JudgedRun*, std::string> wait_for_;
};

}  // namespace

fs::path write_html_report(const std::vector<Scenario>& scenarios,
                           const std::vector<JudgedRun>& runs, Frames frames,
                           const fs::path& directory) {
  fs::path file = fs::absolute(directory / "index.html").lexically_normal();
  std::ofstream out(file);
  out << ReportPage(scenarios, runs, frames).html();
  if (!out.flush()) throw std::runtime_error("cannot write " + file.string());
  out.close();
  join_pages(directory);
  return file;
}

}  // namespace workbench::scenarios
