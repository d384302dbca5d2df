#include "scenarios/report/timeline/activities.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>

#include "scenarios/report/page/html.h"
#include "scenarios/report/timeline/svg.h"

namespace workbench::scenarios {

std::string Activities::waits() const {
  std::string all;
  for (const Lane& lane : story_.lanes) {
    for (const Span& span : lane.spans) {
      if (span.activity == Activity::works || is_hidden(span)) continue;
      const std::string what =
          (span.activity == Activity::joins ? "joins" : "waits: " + svg::safe(span.queue)) +
          (goes_on(span) ? ", and nobody ends it" : "");
      all += box(lane.actor, span, "waits", what, what);
    }
  }
  return all;
}

std::string Activities::tasks() const {
  return has_too_many_tasks() ? crowd_of_tasks() : each_task();
}

std::string Activities::each_task() const {
  std::map<TaskId, std::string> pictures;
  for (const Way& way : story_.ways) pictures[way.task] += picture_of(way);
  for (const Lane& lane : story_.lanes) {
    for (const Span& span : lane.spans) {
      if (span.activity != Activity::works || !span.task) continue;
      const std::string name = fmt::format("{}", *span.task);
      pictures[*span.task] +=
          box(lane.actor, span, span.has_thrown ? "threw" : "works", name,
              fmt::format("{} works on task {}{}", trace::actor_name(lane.actor), name,
                          span.has_thrown ? ", which throws" : ""));
    }
  }
  std::string all;
  for (const auto& [task, picture] : pictures) {
    all += fmt::format(
        "<g class=\"task\" role=\"img\" tabindex=\"0\" aria-label=\"task {}\">\n{}</g>\n", task,
        picture);
  }
  return all;
}

// Of very many tasks, those of a worker that nobody could tell from each other are one box.
std::string Activities::crowd_of_tasks() const {
  constexpr double kSame = 2;  // pixels
  std::string boxes;
  for (const Lane& lane : story_.lanes) {
    for (std::size_t i = 0; i < lane.spans.size();) {
      Span all = lane.spans[i];
      std::size_t count = 1;
      const auto joins_in = [&](const Span& next) {
        return all.activity == Activity::works && next.activity == Activity::works &&
               next.has_thrown == all.has_thrown &&
               layout_.x(next.begin) - layout_.x(all.end) < kSame;
      };
      while (i + count < lane.spans.size() && joins_in(lane.spans[i + count])) {
        all.is_open = lane.spans[i + count].is_open;
        all.end = lane.spans[i + count++].end;
      }
      i += count;
      if (all.activity != Activity::works) continue;
      const std::string name =
          count == 1 ? fmt::format("{}", all.task.value_or(0)) : fmt::format("{} tasks", count);
      boxes += box(lane.actor, all, all.has_thrown ? "threw" : "works", name, name);
    }
  }
  return boxes;
}

// From the lane that has pushed it to the lane that has popped it.
std::string Activities::picture_of(const Way& way) const {
  // What the caller takes back itself was on its way to nobody.
  if (!layout_.has_lane(way.from) || !layout_.has_lane(way.to) || way.from == way.to) return "";
  constexpr double kMargin = 4;
  const double from = layout_.top_of(way.from);
  const double to = layout_.top_of(way.to);
  const bool down = to > from;
  const double y1 = from + (down ? RunLayout::kLane - kMargin : kMargin);
  const double y2 = to + (down ? kMargin : RunLayout::kLane - kMargin);
  return fmt::format(
      "<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" class=\"way\" "
      "marker-end=\"url(#{}-arrow)\"><title>task {} through {}</title></line>\n",
      svg::number(layout_.x(way.pushed)), svg::number(y1), svg::number(layout_.x(way.popped)),
      svg::number(y2), id_, way.task, escaped(svg::safe(way.queue)));
}

std::string Activities::box(std::int32_t actor, const Span& span, std::string_view style,
                            const std::string& inside, const std::string& tip) const {
  constexpr double kMargin = 4;
  constexpr double kLeast = 2;
  const double begin = layout_.x(span.begin);
  // A wait that nobody ends is drawn as far as the picture goes.
  const double end = goes_on(span) ? layout_.edge() : layout_.x(span.end);
  const double width = std::max(kLeast, end - begin);
  const double top = layout_.top_of(actor) + kMargin;
  std::string picture = fmt::format(
      "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"2\" class=\"{}\"{}>"
      "<title>{}</title></rect>\n",
      svg::number(begin), svg::number(top), svg::number(width),
      svg::number(RunLayout::kLane - 2 * kMargin), style,
      span.activity == Activity::works ? "" : fmt::format(" fill=\"url(#{}-hatch)\"", id_),
      escaped(tip));
  if (const std::string text = svg::fitting(inside, width - 4); !text.empty()) {
    picture += svg::text(begin + 3, top + 12, "", text);
  }
  return picture;
}

// Too short to be seen, of a run that has very much to show.
bool Activities::is_hidden(const Span& span) const {
  return has_too_many_tasks() && !goes_on(span) && layout_.x(span.end) - layout_.x(span.begin) < 1;
}

bool Activities::goes_on(const Span& span) const {
  return span.is_open && has_not_ended(record_.verdict);
}

}  // namespace workbench::scenarios
