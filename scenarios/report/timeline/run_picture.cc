#include "scenarios/report/timeline/run_picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "scenarios/report/page/html.h"
#include "scenarios/report/timeline/activities.h"
#include "scenarios/report/timeline/svg.h"

namespace workbench::scenarios {

std::string RunPicture::svg() const {
  const Activities activities(record_, story_, layout_, id_);
  std::string all = svg::text(0, 14, "title", title()) +
                    svg::text(0, 30, "faint", svg::safe(describe(record_))) + ticks();
  for (const Lane& lane : story_.lanes) all += ground_of(lane);
  for (const QueueDepths& queue : story_.queues) all += picture_of(queue);
  all += marks() + activities.waits() + activities.tasks();
  for (const Lane& lane : story_.lanes) all += end_of(lane);
  return all;
}

std::string RunPicture::title() const {
  const std::string where = record_.runtime == RuntimeKind::simulated
                                ? "simulated"
                                : fmt::format("on {}", name_of(record_.runtime));
  return svg::safe(fmt::format("{}: {}, {}", record_.scenario, record_.subject, where));
}

std::string RunPicture::ticks() const {
  std::string all;
  for (const Axis::Tick& tick : layout_.axis().ticks()) {
    const double at = RunLayout::kLeft + tick.x;
    all += svg::text(at + 3, RunLayout::kTitle + 12, "faint", tick.label);
    all += svg::line(at, RunLayout::kTitle + 3, at, layout_.height(), "lane");
  }
  return all;
}

bool RunPicture::is_over(const Lane& lane) const {
  return lane.actor == trace::kCaller && !has_not_ended(record_.verdict);
}

// Its name, and a line for as long as it is there.
std::string RunPicture::ground_of(const Lane& lane) const {
  const double middle = layout_.middle_of(lane.actor);
  const double end = lane.ending     ? layout_.x(lane.ending->at)
                     : is_over(lane) ? layout_.x(story_.last_progress)
                                     : layout_.right();
  return svg::text(0, middle + 4, "", trace::actor_name(lane.actor)) +
         svg::line(layout_.x(lane.begin), middle, end, middle, "lane");
}

// As steps, over the name of the queue and the most that was in it.
std::string RunPicture::picture_of(const QueueDepths& queue) const {
  const double bottom = layout_.bottom_of(queue);
  std::uint64_t most = 1;
  for (const Depth& depth : queue.depths) most = std::max(most, depth.items);
  const auto y = [&](std::uint64_t items) {
    return bottom -
           (RunLayout::kQueue - 8) * static_cast<double>(items) / static_cast<double>(most);
  };
  const auto x_of = [&](const Depth& depth) { return svg::number(layout_.x(depth.at)); };
  // Of very many steps, the last within each pixel: nobody could tell the others apart.
  constexpr std::size_t kMostSteps = 500;
  const auto same = [&](const Depth& one, const Depth& next) {
    if (queue.depths.size() <= kMostSteps) return x_of(one) == x_of(next);
    return std::floor(layout_.x(one.at)) == std::floor(layout_.x(next.at));
  };
  std::string path = fmt::format("M{} {}", svg::number(RunLayout::kLeft), svg::number(bottom));
  for (std::size_t i = 0; i < queue.depths.size(); ++i) {
    const Depth& depth = queue.depths[i];
    const bool is_seen = i + 1 == queue.depths.size() || !same(depth, queue.depths[i + 1]);
    if (is_seen) path += fmt::format(" H{} V{}", x_of(depth), svg::number(y(depth.items)));
  }
  path += fmt::format(" H{} V{} Z", svg::number(layout_.right()), svg::number(bottom));
  const std::uint64_t left = queue.depths.empty() ? 0 : queue.depths.back().items;
  const std::string name = svg::safe(queue.name);
  return svg::text(0, bottom - 2, "", svg::fitting(name, RunLayout::kLeft)) +
         fmt::format(
             "<path d=\"{}\" class=\"depth\"><title>{}: at most {}, {} at the end</title>"
             "</path>\n",
             path, escaped(name), most, left) +
         svg::text(layout_.right() + 4, bottom - 2, "faint", fmt::format("at most {}", most));
}

// What was the first to go wrong, and when everything stopped.
std::string RunPicture::marks() const {
  const double top = RunLayout::kTitle + RunLayout::kAxis - 2;
  const double notes = layout_.lanes_end() + RunLayout::kNotes - 4;
  std::string all;
  double end = layout_.edge();  // of the room for the first note
  if (has_not_ended(record_.verdict)) {
    const double at = layout_.x(story_.last_progress);
    all += svg::line(at, top, at, layout_.height(), "last");
    all += svg::text(at + 4, notes, "faint", "last progress");
    if (story_.first_cause && story_.first_cause->at <= story_.last_progress) end = at;
  }
  if (!story_.first_cause) return all;
  const double at = layout_.x(story_.first_cause->at);
  all += svg::line(at, top, at, notes, "cause");
  const std::string note = "first cause: " + svg::safe(story_.first_cause->what);
  // Where there is more room: behind the line, or before it.
  const double before = at - RunLayout::kLeft;
  if (end - at >= before)
    return all + svg::text(at + 4, notes, "wrong", svg::fitting(note, end - at - 8));
  return all + svg::text(at - 4, notes, "wrong", svg::fitting(note, before - 8), "end");
}

std::string RunPicture::end_of(const Lane& lane) const {
  const double middle = layout_.middle_of(lane.actor);
  if (is_over(lane)) {
    const std::string_view how = record_.verdict == Verdict::stopped ? "throws" : "returns";
    return record_.verdict == Verdict::crash
               ? ""
               : svg::text(layout_.x(story_.last_progress) + 5, middle + 4, "faint", how);
  }
  if (!lane.ending) return "";
  const double at = layout_.x(lane.ending->at);
  if (!lane.ending->went_wrong) return svg::text(at + 5, middle + 4, "faint", "left");
  constexpr double kSize = 5;
  const std::string how = svg::safe(lane.ending->how);
  return fmt::format(
             "<path d=\"M{0} {1} L{2} {3} M{0} {3} L{2} {1}\" class=\"cross\"><title>{4}</title>"
             "</path>\n",
             svg::number(at - kSize), svg::number(middle - kSize), svg::number(at + kSize),
             svg::number(middle + kSize), escaped(how)) +
         svg::text(at + 9, middle + 4, "wrong", svg::fitting(how, layout_.edge() - at - 8));
}

}  // namespace workbench::scenarios
