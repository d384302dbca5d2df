#include "scenarios/report/page/html_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

#include "scenarios/report/explanation.h"
#include "scenarios/report/graphs/graphviz.h"
#include "scenarios/report/graphs/wait_for.h"
#include "scenarios/report/page/explore_section.h"
#include "scenarios/report/page/html.h"
#include "scenarios/report/page/html_architectures.h"
#include "scenarios/report/page/html_matrix.h"
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
    return page("How worker pools fail",
                "<h1>How worker pools fail, and how a reactor does not</h1>\n" + summary() +
                    matrix() + html_architectures(runs_) + explore_section(scenarios_) +
                    scenario_sections());
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
    return "<h2>The matrix</h2>\n"
           "<p>+ as expected, × not as expected, ? nothing is expected, - not reached or not "
           "applicable, – not run. Each cell leads to its run.</p>\n" +
           html_matrix(scenarios_, runs_);
  }

  std::string scenario_sections() const {
    std::string html = "<h2>Scenario by scenario</h2>\n";
    for (const Scenario& scenario : scenarios_) {
      html += fmt::format("<h3 id=\"{}\">{}</h3>\n<p>{}</p>\n", scenario.name,
                          escaped(scenario.title), escaped(scenario.why));
      for (const RuntimeKind runtime : kRealRuntimes) html += timelines(scenario, runtime);
      for (const JudgedRun& run : runs_) {
        if (run.spec.scenario == &scenario) html += details(run);
      }
    }
    return html;
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
    const std::string id = fmt::format("{}-{}", scenario.name, name_of(runtime));
    return fmt::format(
        "<details><summary>What happened when, on {}</summary>\n<figure>{}</figure></details>\n",
        name_of(runtime), timeline(records, id));
  }

  std::string details(const JudgedRun& run) const {
    const RunRecord& record = run.record;
    const std::string text = text_of(run, Palette(ColorMode::never, -1), frames_);
    const auto drawing = wait_for_.find(&run);
    return fmt::format(
        "<details id=\"{}\"{}><summary>{} on {}: {}</summary>\n<pre>{}</pre>\n{}"
        "<p>Again: <code>{}</code></p></details>\n",
        id_of(record), run.is_different() ? " open" : "", record.subject, name_of(record.runtime),
        verdict_text(record), escaped(text),
        drawing == wait_for_.end()
            ? ""
            : fmt::format("<figure>{}<figcaption>Who waits for whom</figcaption></figure>\n",
                          drawing->second),
        escaped(run.spec.command()));
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
