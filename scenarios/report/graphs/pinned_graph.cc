#include "scenarios/report/graphs/pinned_graph.h"

#include <fmt/format.h>

#include "scenarios/report/graphs/label.h"
#include "scenarios/report/graphs/styles.h"

namespace workbench::scenarios {
namespace {

std::string at(PinPoint point) { return fmt::format("{:g},{:g}", point.x, -point.y); }

// Straight lines as the curves that Graphviz wants: each piece with its ends twice. The arrow's
// head has its place behind the last point.
std::string course_of(const std::vector<PinPoint>& points, bool has_head) {
  constexpr double kHead = 7;
  PinPoint end = points.back();
  std::string course;
  if (has_head) {
    course = fmt::format("e,{} ", at(end));
    const PinPoint before = points[points.size() - 2];
    if (end.x != before.x) end.x += end.x > before.x ? -kHead : kHead;
    if (end.y != before.y) end.y += end.y > before.y ? -kHead : kHead;
  }
  course += at(points.front());
  for (std::size_t i = 1; i < points.size(); ++i) {
    const PinPoint to = i + 1 == points.size() ? end : points[i];
    course += fmt::format(" {} {} {}", at(points[i - 1]), at(to), at(to));
  }
  return course;
}

}  // namespace

void PinnedGraph::box(std::string_view name, std::string_view style, PinArea area,
                      std::string_view text) {
  constexpr double kInch = 72;
  nodes_ += fmt::format(
      "  {} [{}, pos=\"{}\", width={:.4g}, height={:.4g}, fixedsize=true, label=\"{}\"]\n", name,
      attributes_of(style), at(area.centre()), area.width / kInch, area.height / kInch,
      dot_label(fitting_label(text, area.width - 4, kLetter)));
}

void PinnedGraph::text(std::string_view style, PinPoint centre, std::string_view text,
                       double width) {
  if (text.empty()) return;
  const double size = style == "note" || style == "wrong" ? kSmallLetter
                      : style == "name"                   ? kLetter * 1.1  // it is bold
                                                          : kLetter;
  nodes_ +=
      fmt::format("  text_{} [{}, pos=\"{}\", label=\"{}\"]\n", texts_++, attributes_of(style),
                  at(centre), dot_label(fitting_label(text, width, size)));
}

void PinnedGraph::arrow(std::string_view from, std::string_view to, std::string_view style,
                        const std::vector<PinPoint>& points, const ArrowWords& words) {
  constexpr double kLine = 11;
  edges_ += fmt::format("  {} -> {} [{}, pos=\"{}\"", from, to, attributes_of(style),
                        course_of(points, style != "cross" && style != "line"));
  PinPoint place = words.first;
  for (const std::string& line : words.lines) {
    if (&line == &words.lines.front()) {
      edges_ += fmt::format(R"(, lp="{}", label="{}")", at(place),
                            dot_label(fitting_label(line, words.width, kSmallLetter)));
      place.y += words.step;
    } else {
      text("note", place, line, words.width);
      place.y += kLine;
    }
  }
  edges_ += "]\n";
}

std::string PinnedGraph::dot() const {
  return graph_head(fmt::format("{}, outputorder=nodesfirst", kPinnedLayout)) + nodes_ + edges_ +
         "}\n";
}

}  // namespace workbench::scenarios
