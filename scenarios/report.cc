#include "scenarios/report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string_view>
#include <system_error>

#include "scenarios/crowd.h"
#include "scenarios/drawing.h"
#include "scenarios/exit_code.h"
#include "scenarios/explanation.h"
#include "scenarios/graphs.h"
#include "scenarios/judge.h"
#include "scenarios/page.h"

namespace workbench::scenarios {
namespace {

namespace fs = std::filesystem;

std::string id_of(const RunRecord& record) {
  return fmt::format("{}.{}.{}", record.scenario, record.subject, record.runtime);
}

std::string verdict_text(const RunRecord& record) {
  std::string text(name_of(record.verdict));
  if (record.hang && record.hang->kind) text += fmt::format(": {}", name_of(*record.hang->kind));
  if (record.hang) text += fmt::format(" ({})", name_of(record.hang->proof));
  return text;
}

class Page {
 public:
  Page(const std::vector<Scenario>& scenarios, const std::vector<Job>& jobs,
       const std::vector<RunRecord>& records)
      : scenarios_(scenarios), jobs_(jobs), records_(records) {
    draw_all();
  }

  std::string html() const {
    return page("How worker pools fail",
                "<h1>How worker pools fail, and how a reactor does not</h1>\n" + summary() +
                    matrix() + architectures() + scenario_sections());
  }

 private:
  bool as_expected(std::size_t i) const {
    const Expectation* expectation = jobs_[i].expectation();
    return expectation == nullptr || differences(records_[i], *expectation).empty();
  }

  // All drawings at once: starting Graphviz takes longer than drawing.
  void draw_all() {
    std::vector<std::string> graphs;
    std::vector<std::size_t> whose;
    for (std::size_t i = 0; i < records_.size(); ++i) {
      if (records_[i].hang && !records_[i].waits.empty()) {
        graphs.push_back(wait_for_graph(records_[i]));
        whose.push_back(i);
      }
    }
    const std::size_t hangs = graphs.size();
    for (const RunRecord* record : architecture_runs()) graphs.push_back(architecture(*record));
    auto drawings = draw(graphs);
    for (std::size_t k = 0; k < hangs; ++k) wait_for_[whose[k]] = drawings[k];
    architectures_.assign(drawings.begin() + static_cast<std::ptrdiff_t>(hangs), drawings.end());
  }

  // A run of each subject that shows its queues, best one in which something goes wrong.
  std::vector<const RunRecord*> architecture_runs() const {
    std::vector<const RunRecord*> runs;
    for (const Subject& subject : subjects()) {
      for (const std::string_view scenario : {"one-task-throws", ""}) {
        const auto run =
            std::find_if(records_.begin(), records_.end(), [&](const RunRecord& record) {
              return record.subject == subject.name && !record.queues.empty() &&
                     (scenario.empty() || record.scenario == scenario);
            });
        if (run == records_.end()) continue;
        runs.push_back(&*run);
        break;
      }
    }
    return runs;
  }

  std::string summary() const {
    std::size_t good = 0;
    for (std::size_t i = 0; i < records_.size(); ++i) good += as_expected(i) ? 1 : 0;
    const auto hangs = std::count_if(records_.begin(), records_.end(),
                                     [](const RunRecord& each) { return each.hang.has_value(); });
    return fmt::format(
        "<p>{} runs, {} as expected; {} of them hang, and that is proved from the kernel's "
        "evidence, "
        "not concluded from a time-out.</p>\n",
        records_.size(), good, hangs);
  }

  std::string matrix() const {
    std::string html = "<h2>The matrix</h2>\n<table>\n<tr><th>scenario</th><th>runtime</th>";
    for (const Subject& subject : subjects()) html += fmt::format("<th>{}</th>", subject.name);
    html += "</tr>\n";
    for (const Scenario& scenario : scenarios_) {
      for (const std::string& runtime : runtime_names()) html += row(scenario, runtime);
    }
    return html + "</table>\n";
  }

  std::string row(const Scenario& scenario, const std::string& runtime) const {
    std::string cells;
    bool any = false;
    for (const Subject& subject : subjects()) {
      const auto run = std::find_if(records_.begin(), records_.end(), [&](const RunRecord& each) {
        return each.scenario == scenario.name && each.subject == subject.name &&
               each.runtime == runtime;
      });
      if (run == records_.end()) {
        cells += "<td>–</td>";
        continue;
      }
      any = true;
      const bool good = as_expected(static_cast<std::size_t>(run - records_.begin()));
      cells +=
          fmt::format(R"(<td class="{}{}"><a href="#{}">{} {}</a></td>)", run->hang ? "hang" : "",
                      good ? "" : " different", id_of(*run), good ? "+" : "×", verdict_text(*run));
    }
    if (!any) return "";
    return fmt::format("<tr><td><a href=\"#{0}\">{0}</a></td><td>{1}</td>{2}</tr>\n", scenario.name,
                       runtime, cells);
  }

  std::string architectures() const {
    std::string html =
        "<h2>The architectures, as the runs showed them</h2>\n"
        "<p>Drawn from the trace of one run each: who pushed into which queue and popped from it, "
        "how "
        "often, and who died.</p>\n";
    const auto runs = architecture_runs();
    for (std::size_t i = 0; i < runs.size(); ++i) {
      html +=
          fmt::format("<figure>{}<figcaption>{} in <code>{}</code> on {}</figcaption></figure>\n",
                      architectures_[i], runs[i]->subject, runs[i]->scenario, runs[i]->runtime);
    }
    return html;
  }

  std::string scenario_sections() const {
    std::string html = "<h2>Scenario by scenario</h2>\n";
    for (const Scenario& scenario : scenarios_) {
      html += fmt::format("<h3 id=\"{}\">{}</h3>\n<p>{}</p>\n", scenario.name,
                          escaped(scenario.title), escaped(scenario.why));
      for (std::size_t i = 0; i < records_.size(); ++i) {
        if (jobs_[i].scenario == &scenario) html += run(i);
      }
    }
    return html;
  }

  std::string run(std::size_t i) const {
    const RunRecord& record = records_[i];
    const Explanation explanation = explain(record);
    std::string text = explanation.headline + "\n";
    for (const auto& line : explanation.lines) {
      text += fmt::format("  {:<9} {}\n", line.about, line.text);
    }
    if (const Expectation* expectation = jobs_[i].expectation()) {
      for (const auto& difference : differences(record, *expectation)) {
        text += fmt::format("  not as expected: {}\n", difference);
      }
    }
    const auto drawing = wait_for_.find(i);
    return fmt::format(
        "<details id=\"{}\"{}><summary>{} on {}: {}</summary>\n<pre>{}</pre>\n{}"
        "<p>Again: <code>workbench run {} --subject {} --runtime {}</code></p></details>\n",
        id_of(record), as_expected(i) ? "" : " open", record.subject, record.runtime,
        verdict_text(record), escaped(text),
        drawing == wait_for_.end()
            ? ""
            : fmt::format("<figure>{}<figcaption>Who waits for whom</figcaption></figure>\n",
                          drawing->second),
        record.scenario, record.subject, record.runtime);
  }

  const std::vector<Scenario>& scenarios_;
  const std::vector<Job>& jobs_;
  const std::vector<RunRecord>& records_;
  std::map<std::size_t, std::string> wait_for_;  // by index of the run
  std::vector<std::string> architectures_;       // of architecture_runs()
};

}  // namespace

int report(const std::vector<Scenario>& scenarios, const std::string& directory) {
  draw({"digraph {}"});  // that Graphviz is there is better known before the long part
  std::error_code error;
  fs::create_directories(directory, error);
  if (error) throw std::runtime_error("cannot make " + directory + ": " + error.message());
  const auto jobs = jobs_of(scenarios);
  fmt::print(stderr, "running {} runs\n", jobs.size());
  const auto records = watch_all(jobs, 1, [](std::size_t) {});
  const fs::path page = fs::absolute(fs::path(directory) / "index.html").lexically_normal();
  std::ofstream out(page);
  out << Page(scenarios, jobs, records).html();
  if (!out.flush()) throw std::runtime_error("cannot write " + page.string());
  fmt::print("{}\n", page.string());
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const Expectation* expectation = jobs[i].expectation();
    if (expectation != nullptr && !differences(records[i], *expectation).empty()) {
      return kNotAsExpected;
    }
  }
  return kAsExpected;
}

}  // namespace workbench::scenarios
