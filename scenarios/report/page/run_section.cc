#include "scenarios/report/page/run_section.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "scenarios/report/explanation.h"
#include "scenarios/report/page/html.h"
#include "scenarios/report/page/html_matrix.h"
#include "scenarios/report/page/ledger_bar.h"
#include "scenarios/report/timeline/story.h"

namespace workbench::scenarios {
namespace {

constexpr std::string_view kArrow = "    <- ";  // before `first cause`, in an explanation

// What was the first to go wrong, and who it was. Of a pool that is not on our runtimes, only the
// explanation knows.
std::string first_cause(const RunRecord& record, const Explanation& explanation) {
  if (!record.events.empty()) {
    const auto cause = story_of(record).first_cause;
    return cause ? fmt::format("{}: {}", trace::actor_name(cause->actor), cause->what) : "";
  }
  for (const auto& [about, text] : explanation.lines) {
    const std::size_t arrow = text.find(kArrow);
    if (arrow != std::string::npos) return fmt::format("{}: {}", about, text.substr(0, arrow));
  }
  return "";
}

bool is_frame(const Explanation::Line& line) {
  return line.about.empty() && line.text.starts_with("  ");
}

// The lines of an explanation. A traceback is folded into the line that it belongs to.
std::string lines_of(const std::vector<Explanation::Line>& lines) {
  std::string html = "<div class=\"lines\">\n";
  for (std::size_t i = 0; i < lines.size();) {
    const std::string line = fmt::format("{:<9} {}", lines[i].about, lines[i].text);
    std::string frames;
    for (++i; i < lines.size() && is_frame(lines[i]); ++i) frames += lines[i].text + "\n";
    html += frames.empty() ? fmt::format("<pre>{}</pre>\n", escaped(line))
                           : fmt::format(
                                 "<details class=\"traceback\"><summary>{}</summary><pre>{}</pre>"
                                 "</details>\n",
                                 escaped(line), escaped(frames));
  }
  return html + "</div>\n";
}

std::string judgement_of(const JudgedRun& run) {
  if (run.mark == Mark::as_expected) return "<p>+ as expected</p>\n";
  std::string html;
  for (const std::string& difference : run.differences) {
    html += fmt::format("<p class=\"different\">× {}</p>\n", escaped(difference));
  }
  return html;
}

}  // namespace

std::string run_section(const JudgedRun& run, Frames frames, const std::string& wait_for) {
  const RunRecord& record = run.record;
  const Explanation explanation = explain(record, frames);
  const std::string cause = first_cause(record, explanation);
  return fmt::format(
      "<details class=\"run\" id=\"{}\" data-runtime=\"{}\"{}><summary>{} on {}: {}</summary>\n"
      "<p class=\"headline\">{}</p>\n{}{}{}{}{}<p>Again: <code>{}</code></p></details>\n",
      escaped(id_of(record)), name_of(record.runtime), run.is_different() ? " open" : "",
      escaped(record.subject), name_of(record.runtime), verdict_text(record),
      escaped(explanation.headline),
      cause.empty() ? ""
                    : fmt::format("<p class=\"first-cause\">First cause: {}</p>\n", escaped(cause)),
      ledger_bar(record), lines_of(explanation.lines), judgement_of(run),
      wait_for.empty()
          ? ""
          : fmt::format("<figure>{}<figcaption>Who waits for whom</figcaption></figure>\n",
                        wait_for),
      escaped(run.spec.command()));
}

}  // namespace workbench::scenarios
