#include "scenarios/report/timeline/timeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "core/one_line.h"
#include "scenarios/report/page/html.h"
#include "scenarios/report/timeline/axis.h"
#include "scenarios/report/timeline/story.h"

namespace workbench::scenarios {
namespace {

// All in pixels.
constexpr double kLeft = 112;       // of the axis: before it stand the names of the lanes
constexpr double kAxisWidth = 980;  // at most
constexpr double kRight = 128;      // behind it stand the ends
constexpr double kLane = 24;
constexpr double kNotes = 16;  // below the lanes: what the marks mean
constexpr double kQueue = 30;
constexpr double kTitle = 34;  // of a run, with its axis below
constexpr double kAxis = 20;
constexpr double kGap = 22;  // between two runs
constexpr double kLetter = 6.2;

// With more tasks than this, the ways of all would hide everything else: only that of the task that
// the reader points at is shown. And with more than that, no single task is drawn any more.
constexpr std::size_t kMany = 60;
constexpr std::size_t kMostTasks = 500;

constexpr std::string_view kStyle = R"(
  .timeline { font: 11px "DejaVu Sans", Verdana, sans-serif; background: #fff; --ink: #222; --faint: #777; --line: #ccc;
        --works: #d6e4f2; --works-edge: #2f6496; --wrong: #b3261e; --wrong-fill: #f8d7d4; --waits: #eee; --way: #7a7a7a; }
  @media (prefers-color-scheme: dark) {
    .timeline { background: #1c1c1e; --ink: #eee; --faint: #aaa; --line: #444; --works: #23405c; --works-edge: #86b4e0;
          --wrong: #ff8a80; --wrong-fill: #5a2320; --waits: #333; --way: #999; } }
  .timeline text { fill: var(--ink); }
  .timeline .faint { fill: var(--faint); }
  .title { font-size: 13px; font-weight: bold; }
  .lane { stroke: var(--line); }
  .works { fill: var(--works); stroke: var(--works-edge); }
  .threw { fill: var(--wrong-fill); stroke: var(--wrong); }
  .waits { stroke: var(--faint); stroke-dasharray: 3 2; }
  .timeline .wrong { fill: var(--wrong); }
  .cross { stroke: var(--wrong); stroke-width: 2.5; fill: none; }
  .depth { fill: var(--waits); stroke: var(--faint); }
  .way { stroke: var(--way); fill: none; opacity: .45; }
  .many .way { opacity: 0; }
  .cause { stroke: var(--wrong); stroke-dasharray: 5 3; }
  .last { stroke: var(--faint); stroke-dasharray: 1 3; }
  .task:focus { outline: none; }
  .task:hover .way, .task:focus .way { opacity: 1; stroke-width: 2; stroke: var(--works-edge); }
  .task:hover rect, .task:focus rect { stroke-width: 2.5; }
)";

// With one digit behind the point, and no zeros that say nothing.
std::string number(double value) {
  const double rounded = std::round(value * 10) / 10;
  return fmt::format("{:g}", rounded == 0 ? 0 : rounded);
}

std::string text_at(double x, double y, std::string_view style, std::string_view text,
                    std::string_view anchor = "start") {
  return fmt::format("<text x=\"{}\" y=\"{}\" class=\"{}\" text-anchor=\"{}\">{}</text>\n",
                     number(x), number(y), style, anchor, escaped(text));
}

std::string line(double x1, double y1, double x2, double y2, std::string_view style) {
  return fmt::format("<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" class=\"{}\"/>\n", number(x1),
                     number(y1), number(x2), number(y2), style);
}

// As much of a text as has room in so many pixels; nothing if that is too little to be read.
std::string fitting(const std::string& text, double width) {
  const double letters = width / kLetter;
  if (static_cast<double>(text.size()) <= letters) return text;
  constexpr double kLeast = 6;
  return letters < kLeast ? "" : shortened(text, static_cast<std::size_t>(letters) - 3);
}

std::string safe(std::string_view text) { return on_one_line(std::string(text)); }

// The picture of one run. Its top is at 0.
class RunPicture {
 public:
  RunPicture(const RunRecord& record, Story story, const Axis& axis, std::string id)
      : record_(record), story_(std::move(story)), axis_(axis), id_(std::move(id)) {
    double y = kTitle + kAxis;
    for (const Lane& lane : story_.lanes) {
      lanes_[lane.actor] = y;
      y += kLane;
    }
    y += kNotes;
    for (const QueueDepths& queue : story_.queues) {
      queues_[queue.name] = y;
      y += kQueue;
    }
    height_ = y;
  }

  double height() const { return height_; }

  std::string svg() const {
    std::string svg = text_at(0, 14, "title", title()) + text_at(0, 30, "faint", verdict());
    svg += ticks();
    for (const Lane& lane : story_.lanes) svg += ground_of(lane);
    for (const QueueDepths& queue : story_.queues) svg += picture_of(queue);
    svg += marks();
    for (const Lane& lane : story_.lanes) svg += waits_of(lane);
    svg += tasks();
    for (const Lane& lane : story_.lanes) svg += end_of(lane);
    return svg;
  }

 private:
  double x(std::int64_t time) const { return kLeft + axis_.at(time); }
  double right() const { return kLeft + axis_.length(); }
  double lanes_end() const {
    return kTitle + kAxis + kLane * static_cast<double>(story_.lanes.size());
  }

  std::string title() const {
    const std::string where = record_.runtime == RuntimeKind::simulated
                                  ? "simulated"
                                  : fmt::format("on {}", name_of(record_.runtime));
    return safe(fmt::format("{}: {}, {}", record_.scenario, record_.subject, where));
  }
  std::string verdict() const { return safe(describe(record_)); }

  std::string ticks() const {
    std::string svg;
    for (const Axis::Tick& tick : axis_.ticks()) {
      const double at = kLeft + tick.x;
      svg += text_at(at + 3, kTitle + 12, "faint", tick.label);
      svg += line(at, kTitle + 3, at, height_, "lane");
    }
    return svg;
  }

  // Its name, and a line for as long as it is there.
  std::string ground_of(const Lane& lane) const {
    const double middle = lanes_.at(lane.actor) + kLane / 2;
    const bool is_over = lane.actor == trace::kCaller && !has_not_ended();
    const double end = lane.ending ? x(lane.ending->at)
                       : is_over   ? x(story_.last_progress)
                                   : right();
    return text_at(0, middle + 4, "", trace::actor_name(lane.actor)) +
           line(x(lane.begin), middle, end, middle, "lane");
  }

  // As steps, over the name of the queue and the most that was in it.
  std::string picture_of(const QueueDepths& queue) const {
    const double bottom = queues_.at(queue.name) + kQueue - 4;
    std::uint64_t most = 1;
    for (const Depth& depth : queue.depths) most = std::max(most, depth.items);
    const auto y = [&](std::uint64_t items) {
      return bottom - (kQueue - 8) * static_cast<double>(items) / static_cast<double>(most);
    };
    std::string path = fmt::format("M{} {}", number(kLeft), number(bottom));
    for (std::size_t i = 0; i < queue.depths.size(); ++i) {
      const Depth& depth = queue.depths[i];
      const bool is_seen =
          i + 1 == queue.depths.size() || number(x(queue.depths[i + 1].at)) != number(x(depth.at));
      if (is_seen) path += fmt::format(" H{} V{}", number(x(depth.at)), number(y(depth.items)));
    }
    path += fmt::format(" H{} V{} Z", number(right()), number(bottom));
    const std::uint64_t left = queue.depths.empty() ? 0 : queue.depths.back().items;
    return text_at(0, bottom - 2, "", fitting(safe(queue.name), kLeft)) +
           fmt::format(
               "<path d=\"{}\" class=\"depth\"><title>{}: at most {}, {} at the end</title>"
               "</path>\n",
               path, escaped(safe(queue.name)), most, left) +
           text_at(right() + 4, bottom - 2, "faint", fmt::format("at most {}", most));
  }

  bool has_not_ended() const {
    return record_.verdict == Verdict::hang || record_.verdict == Verdict::stuck;
  }

  // What was the first to go wrong, and when everything stopped.
  std::string marks() const {
    const double top = kTitle + kAxis - 2;
    const double notes = lanes_end() + kNotes - 4;
    std::string svg;
    double end = right() + kRight - 4;  // of the room for the first note
    if (has_not_ended()) {
      constexpr std::string_view kWords = "last progress";
      const double at = x(story_.last_progress);
      svg += line(at, top, at, height_, "last");
      svg += text_at(at + 4, notes, "faint", kWords);
      if (story_.first_cause && story_.first_cause->at <= story_.last_progress) end = at;
    }
    if (!story_.first_cause) return svg;
    const double at = x(story_.first_cause->at);
    svg += line(at, top, at, notes, "cause");
    const std::string note = "first cause: " + safe(story_.first_cause->what);
    // Where there is more room: behind the line, or before it.
    if (end - at >= at - kLeft)
      return svg + text_at(at + 4, notes, "wrong", fitting(note, end - at - 8));
    return svg + text_at(at - 4, notes, "wrong", fitting(note, at - kLeft - 8), "end");
  }

  std::string waits_of(const Lane& lane) const {
    std::string svg;
    for (const Span& span : lane.spans) {
      if (span.activity == Activity::works || is_hidden(span)) continue;
      const std::string what =
          (span.activity == Activity::joins ? "joins" : "waits: " + safe(span.queue)) +
          (goes_on(span) ? ", and nobody ends it" : "");
      svg += box(lane.actor, span, "waits", what, what);
    }
    return svg;
  }

  // Too short to be seen, of a run that has very much to show.
  bool is_hidden(const Span& span) const {
    return record_.result.tally.submitted() > kMostTasks && !goes_on(span) &&
           x(span.end) - x(span.begin) < 1;
  }

  // `inside` is what stands in it if there is room, `tip` what is said of it.
  std::string box(std::int32_t actor, const Span& span, std::string_view style,
                  const std::string& inside, const std::string& tip) const {
    constexpr double kMargin = 4;
    constexpr double kLeast = 2;
    const double begin = x(span.begin);
    // A wait that nobody ends is drawn as far as the picture goes.
    const double end = goes_on(span) ? right() + kRight - 4 : x(span.end);
    const double width = std::max(kLeast, end - begin);
    const double top = lanes_.at(actor) + kMargin;
    std::string svg = fmt::format(
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"2\" class=\"{}\"{}>"
        "<title>{}</title></rect>\n",
        number(begin), number(top), number(width), number(kLane - 2 * kMargin), style,
        span.activity == Activity::works ? "" : fmt::format(" fill=\"url(#{}-hatch)\"", id_),
        escaped(tip));
    if (const std::string text = fitting(inside, width - 4); !text.empty()) {
      svg += text_at(begin + 3, top + 12, "", text);
    }
    return svg;
  }

  bool goes_on(const Span& span) const { return span.is_open && has_not_ended(); }

  std::string tasks() const {
    return record_.result.tally.submitted() > kMostTasks ? crowd_of_tasks() : each_task();
  }

  // Each task with its boxes and its ways, so that they stand out together.
  std::string each_task() const {
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
    std::string svg;
    for (const auto& [task, picture] : pictures) {
      svg += fmt::format("<g class=\"task\" tabindex=\"0\" aria-label=\"task {}\">\n{}</g>\n", task,
                         picture);
    }
    return svg;
  }

  // Of very many tasks, those of a worker that nobody could tell from each other are one box.
  std::string crowd_of_tasks() const {
    constexpr double kSame = 2;  // pixels
    std::string svg;
    for (const Lane& lane : story_.lanes) {
      for (std::size_t i = 0; i < lane.spans.size();) {
        Span all = lane.spans[i];
        std::size_t count = 1;
        const auto joins_in = [&](const Span& next) {
          return all.activity == Activity::works && next.activity == Activity::works &&
                 next.has_thrown == all.has_thrown && x(next.begin) - x(all.end) < kSame;
        };
        while (i + count < lane.spans.size() && joins_in(lane.spans[i + count])) {
          all.is_open = lane.spans[i + count].is_open;
          all.end = lane.spans[i + count++].end;
        }
        i += count;
        if (all.activity != Activity::works) continue;
        const std::string name =
            count == 1 ? fmt::format("{}", all.task.value_or(0)) : fmt::format("{} tasks", count);
        svg += box(lane.actor, all, all.has_thrown ? "threw" : "works", name, name);
      }
    }
    return svg;
  }

  // From the lane that has pushed it to the lane that has popped it.
  std::string picture_of(const Way& way) const {
    const auto from = lanes_.find(way.from);
    const auto to = lanes_.find(way.to);
    // What the caller takes back itself was on its way to nobody.
    if (from == lanes_.end() || to == lanes_.end() || from == to) return "";
    const bool down = to->second > from->second;
    const double y1 = from->second + (down ? kLane - 4 : 4);
    const double y2 = to->second + (down ? 4 : kLane - 4);
    return fmt::format(
        "<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" class=\"way\" "
        "marker-end=\"url(#{}-arrow)\"><title>task {} through {}</title></line>\n",
        number(x(way.pushed)), number(y1), number(x(way.popped)), number(y2), id_, way.task,
        escaped(safe(way.queue)));
  }

  std::string end_of(const Lane& lane) const {
    const double middle = lanes_.at(lane.actor) + kLane / 2;
    if (lane.actor == trace::kCaller && !has_not_ended()) {
      const std::string_view how = record_.verdict == Verdict::stopped ? "throws" : "returns";
      return record_.verdict == Verdict::crash
                 ? ""
                 : text_at(x(story_.last_progress) + 5, middle + 4, "faint", how);
    }
    if (!lane.ending) return "";
    const double at = x(lane.ending->at);
    if (!lane.ending->went_wrong) return text_at(at + 5, middle + 4, "faint", "left");
    constexpr double kSize = 5;
    return fmt::format(
               "<path d=\"M{0} {1} L{2} {3} M{0} {3} L{2} {1}\" class=\"cross\"><title>{4}</title>"
               "</path>\n",
               number(at - kSize), number(middle - kSize), number(at + kSize),
               number(middle + kSize), escaped(safe(lane.ending->how))) +
           text_at(at + 9, middle + 4, "wrong",
                   fitting(safe(lane.ending->how), right() + kRight - at - 12));
  }

  const RunRecord& record_;
  const Story story_;
  const Axis& axis_;
  const std::string id_;
  std::map<std::int32_t, double> lanes_;  // their tops, by actor
  std::map<std::string, double> queues_;
  double height_ = 0;
};

}  // namespace

std::string timeline(const std::vector<const RunRecord*>& runs, const std::string& id) {
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
    const RunPicture picture(*runs[i], std::move(stories[i]), axis, id);
    const std::string_view many =
        runs[i]->result.tally.submitted() > kMany ? " class=\"many\"" : "";
    body += fmt::format("<g transform=\"translate(8 {})\"{}>\n{}</g>\n", number(y), many,
                        picture.svg());
    y += picture.height() + kGap;
    names += fmt::format("{}{}", names.empty() ? "" : "; ", safe(describe(*runs[i])));
  }
  const double width = kLeft + axis.length() + kRight + 16;
  return fmt::format(
      R"svg(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {1}" width="{0}" height="{1}" class="timeline" role="img">
<title>{2}</title>
<style>{3}</style>
<defs>
<pattern id="{4}-hatch" width="6" height="6" patternTransform="rotate(45)" patternUnits="userSpaceOnUse">
<rect width="6" height="6" fill="var(--waits)"/><line y2="6" stroke="var(--line)" stroke-width="2"/>
</pattern>
<marker id="{4}-arrow" viewBox="0 0 6 6" refX="6" refY="3" markerWidth="5" markerHeight="5" orient="auto">
<path d="M0 0 L6 3 L0 6 Z" fill="var(--way)"/>
</marker>
</defs>
{5}</svg>
)svg",
      number(width), number(y), escaped(names), kStyle, id, body);
}

void write_timeline(const std::vector<const RunRecord*>& runs, const std::string& file) {
  std::ofstream out(file);
  out << timeline(runs);
  if (!out.flush()) throw std::runtime_error("cannot write to " + file);
}

}  // namespace workbench::scenarios
