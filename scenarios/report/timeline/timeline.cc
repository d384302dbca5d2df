#include "scenarios/report/timeline/timeline.h"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "scenarios/report/page/html.h"
#include "scenarios/report/page/texts.h"
#include "scenarios/report/timeline/activities.h"
#include "scenarios/report/timeline/axis.h"
#include "scenarios/report/timeline/run_picture.h"
#include "scenarios/report/timeline/story.h"
#include "scenarios/report/timeline/svg.h"

namespace workbench::scenarios {
namespace {

constexpr double kAxisWidth = 980;  // pixels, at most
constexpr double kGap = 22;         // between two runs
constexpr double kMargin = 8;       // to the left and to the right of all

// A line through all runs, from below the heading of the first one.
std::string parting_line(double x, double bottom) {
  constexpr double kTop = 40;
  return svg::line(x, kTop, x, bottom, "cause") +
         svg::text(x + 4, kTop - 4, "wrong", "here they part");
}

}  // namespace

std::string timeline(const std::vector<const RunRecord*>& runs, const TimelineOptions& options) {
  std::vector<Story> stories;
  std::vector<std::int64_t> moments;
  for (const RunRecord* run : runs) {
    stories.push_back(story_of(*run));
    moments.insert(moments.end(), stories.back().moments.begin(), stories.back().moments.end());
  }
  const bool counts_steps = !stories.empty() && stories.front().counts_steps;
  const Axis axis(std::move(moments), counts_steps, kAxisWidth);
  std::string body;
  std::string names;
  double y = 4;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const RunPicture picture(*runs[i], stories[i], axis, options.id);
    const std::string_view many =
        runs[i]->result.tally.submitted() > kMany ? " class=\"many\"" : "";
    body += fmt::format("<g transform=\"translate({} {})\"{}>\n{}</g>\n", kMargin, svg::number(y),
                        many, picture.svg());
    y += picture.height() + kGap;
    names += fmt::format("{}{}", names.empty() ? "" : "; ", svg::safe(describe(*runs[i])));
  }
  if (options.parting) {
    body += parting_line(kMargin + RunLayout::kLeft + axis.at(*options.parting), y);
  }
  const double width = RunLayout::kLeft + axis.length() + RunLayout::kRight + 2 * kMargin;
  return fmt::format(
      R"svg(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {1}" width="{0}" height="{1}" class="timeline" role="group">
<title>{2}</title>
{3}<defs>
<pattern id="{4}-hatch" width="6" height="6" patternTransform="rotate(45)" patternUnits="userSpaceOnUse">
<rect width="6" height="6" fill="var(--waits)"/><line y2="6" stroke="var(--line)" stroke-width="2"/>
</pattern>
<marker id="{4}-arrow" viewBox="0 0 6 6" refX="6" refY="3" markerWidth="5" markerHeight="5" orient="auto">
<path d="M0 0 L6 3 L0 6 Z" fill="var(--way)"/>
</marker>
</defs>
{5}</svg>
)svg",
      svg::number(width), svg::number(y), escaped(names),
      options.style == StyleSheet::inside
          ? fmt::format("<style>{}</style>\n", timeline_style().text)
          : "",
      options.id, body);
}

void write_timeline(const std::vector<const RunRecord*>& runs, const std::string& file) {
  std::ofstream out(file);
  out << timeline(runs);
  if (!out.flush()) throw std::runtime_error("cannot write to " + file);
}

}  // namespace workbench::scenarios
