#include "scenarios/report/page/html_matrix.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "scenarios/model/theme.h"
#include "scenarios/report/page/html.h"

namespace workbench::scenarios {
namespace {

std::string_view mark_of(const JudgedRun& run) {
  switch (run.mark) {
    case Mark::as_expected:
      return "+";
    case Mark::different:
      return "×";
    case Mark::aside:
      return "-";
    case Mark::open:
      break;
  }
  return "?";
}

// A shape beside the word: full where every task is accounted for, open where something is not.
std::string_view shape_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::completed:
      return "●";
    case Verdict::reported:
      return "◕";
    case Verdict::stopped:
      return "◑";
    case Verdict::silent_loss:
      return "○";
    case Verdict::hang:
      return "▮▮";
    case Verdict::stuck:
      return "▯▯";
    case Verdict::crash:
      return "✖";
    default:
      return "";
  }
}

class Matrix {
 public:
  Matrix(const std::vector<Scenario>& scenarios, const std::vector<JudgedRun>& runs)
      : scenarios_(scenarios), runs_(runs) {
    for (const Subject& subject : subjects()) {
      const bool has_run = std::any_of(runs_.begin(), runs_.end(), [&](const JudgedRun& run) {
        return run.spec.subject == &subject;
      });
      if (has_run) columns_.push_back(&subject);
    }
  }

  std::string html() const {
    std::string html =
        "<div class=\"matrix\" tabindex=\"0\" role=\"region\" aria-label=\"The matrix\">\n<table>\n"
        "<thead><tr><th scope=\"col\">scenario</th><th scope=\"col\">runtime</th>";
    for (const Subject* subject : columns_) {
      html += fmt::format("<th scope=\"col\">{}</th>", escaped(subject->name));
    }
    html += "</tr></thead>\n";
    for (const auto& [theme, name] : Names<Theme>::all) html += group(theme, name);
    return html + "</table>\n</div>\n";
  }

 private:
  std::string group(Theme theme, std::string_view name) const {
    std::string rows;
    for (const Scenario& scenario : scenarios_) {
      if (theme_of(scenario) != theme) continue;
      for (const RuntimeKind runtime : kRealRuntimes) rows += row(scenario, runtime);
    }
    if (rows.empty()) return "";
    return fmt::format(
        "<tbody>\n<tr class=\"theme\"><th colspan=\"{}\" "
        "scope=\"rowgroup\"><span>{}</span></th></tr>\n{}"
        "</tbody>\n",
        columns_.size() + 2, name, rows);
  }

  std::string row(const Scenario& scenario, RuntimeKind runtime) const {
    std::string cells;
    bool any = false;
    for (const Subject* subject : columns_) {
      const auto run = std::find_if(runs_.begin(), runs_.end(), [&](const JudgedRun& each) {
        return each.spec.scenario == &scenario && each.spec.subject == subject &&
               each.spec.runtime == runtime;
      });
      any = any || run != runs_.end();
      cells += run == runs_.end() ? "<td>–</td>" : cell(*run);
    }
    if (!any) return "";
    return fmt::format("<tr><th scope=\"row\"><a href=\"#{0}\">{0}</a></th><td>{1}</td>{2}</tr>\n",
                       escaped(scenario.name), name_of(runtime), cells);
  }

  static std::string cell(const JudgedRun& run) {
    return fmt::format(
        R"(<td class="{}{}" data-verdict="{}"><a href="#{}">{} <span aria-hidden="true">{}</span> {}</a></td>)",
        name_of(run.record.verdict), run.is_different() ? " different" : "",
        name_of(run.record.verdict), escaped(id_of(run.record)), mark_of(run),
        shape_of(run.record.verdict), verdict_text(run.record));
  }

  const std::vector<Scenario>& scenarios_;
  const std::vector<JudgedRun>& runs_;
  std::vector<const Subject*> columns_;
};

}  // namespace

std::string id_of(const RunRecord& record) {
  return fmt::format("{}.{}.{}", record.scenario, record.subject, name_of(record.runtime));
}

std::string verdict_text(const RunRecord& record) {
  std::string text(name_of(record.verdict));
  if (record.hang && record.hang->kind) text += fmt::format(": {}", name_of(*record.hang->kind));
  if (record.hang) text += fmt::format(" ({})", name_of(record.hang->proof));
  return text;
}

std::string html_matrix(const std::vector<Scenario>& scenarios,
                        const std::vector<JudgedRun>& runs) {
  return Matrix(scenarios, runs).html();
}

}  // namespace workbench::scenarios
