#include "scenarios/report/page/ledger_bar.h"

#include <fmt/format.h>

#include <cstddef>
#include <utility>
#include <vector>

#include "scenarios/report/page/html.h"

namespace workbench::scenarios {

std::string ledger_bar(const RunRecord& record) {
  const Tally& tally = record.result.tally;
  if (!record.knows_results || tally.submitted() == 0) return "";
  std::vector<std::pair<std::string, std::size_t>> parts;  // the class of each, and its size
  parts.reserve(kOutcomeKinds.size() + 1);
  for (const OutcomeKind kind : kOutcomeKinds) parts.emplace_back(name_of(kind), tally[kind]);
  parts.emplace_back("missing", tally.missing());

  constexpr double kWidth = 480;
  std::string rectangles;
  double x = 0;
  for (const auto& [name, count] : parts) {
    if (count == 0) continue;
    const double width =
        kWidth * static_cast<double>(count) / static_cast<double>(tally.submitted());
    rectangles += fmt::format(
        R"(<rect class="part-{}" x="{:.4g}" y="1" width="{:.4g}" height="16"/>)", name, x, width);
    x += width;
  }
  const std::string words = fmt::format("{} submitted: {}", tally.submitted(), tally.summary());
  return fmt::format(
      "<p class=\"ledger\"><svg viewBox=\"0 0 {0} 18\" width=\"{0}\" height=\"18\" "
      "class=\"ledger-bar\" aria-hidden=\"true\">{1}</svg> <span>{2}</span></p>\n",
      kWidth, rectangles, escaped(words));
}

}  // namespace workbench::scenarios
