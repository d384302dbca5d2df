#include "scenarios/report/timeline/story.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <map>
#include <utility>

namespace workbench::scenarios {
namespace {

using trace::Event;
using trace::EventKind;

class Teller {
 public:
  explicit Teller(const RunRecord& record) : record_(record) {
    story_.counts_steps = record.runtime == RuntimeKind::simulated;
  }

  Story tell() {
    std::int64_t now = 0;
    for (std::size_t i = 0; i < record_.events.size(); ++i) {
      const Event& event = record_.events[i];
      // Each actor reads the clock for itself, so one that was second may have read it first.
      now = std::max(now, story_.counts_steps ? static_cast<std::int64_t>(i)
                                              : event.t_ns - record_.events.front().t_ns);
      if (event.kind == EventKind::verdict) {
        story_.verdict = now;
      } else {
        story_.moments.push_back(now);
        story_.last_progress = now;
        tell(event, now);
      }
    }
    return finished();
  }

 private:
  void tell(const Event& event, std::int64_t now) {
    Lane& lane = lane_of(event.actor, now);
    if (is_joining(lane)) close(lane, now);
    switch (event.kind) {
      case EventKind::action:
        open(lane, {.activity = Activity::works, .begin = now, .task = task_of(event)});
        break;
      case EventKind::done:
        close(lane, now);
        break;
      case EventKind::raise:
        close(lane, now);
        if (!lane.spans.empty()) lane.spans.back().has_thrown = true;
        note_cause(now, event.actor, fmt::format("task {} throws {}", event.task, event.text()));
        break;
      case EventKind::block:
        open(lane, {.activity = Activity::waits, .begin = now, .queue = queue_of(event)});
        break;
      case EventKind::wake:
        close(lane, now);
        break;
      case EventKind::join:
        open(lane, {.activity = Activity::joins, .begin = now});
        break;
      case EventKind::exit:
        end(lane, event, now);
        break;
      case EventKind::push:
      case EventKind::pop:
      case EventKind::pill:
      case EventKind::stop:
        move(event, now);
        break;
      case EventKind::start:
        lane.ending.reset();  // a pool that runs once more has new workers
        break;
      case EventKind::verdict:
        break;
    }
  }

  Lane& lane_of(std::int32_t actor, std::int64_t now) {
    const auto found = lanes_.find(actor);
    if (found != lanes_.end()) return found->second;
    return lanes_.emplace(actor, Lane{.actor = actor, .begin = now}).first->second;
  }

  static bool is_open(const Lane& lane) { return !lane.spans.empty() && lane.spans.back().is_open; }
  // The trace does not say when a join has ended; the next thing that the caller does says so.
  static bool is_joining(const Lane& lane) {
    return is_open(lane) && lane.spans.back().activity == Activity::joins;
  }

  static void open(Lane& lane, Span span) {
    span.is_open = true;
    lane.spans.push_back(std::move(span));
  }
  static void close(Lane& lane, std::int64_t now) {
    if (!is_open(lane)) return;
    lane.spans.back().end = now;
    lane.spans.back().is_open = false;
  }

  void end(Lane& lane, const Event& event, std::int64_t now) {
    close(lane, now);
    // In the words of the event, because the record has the last end of each worker only.
    const bool wrong =
        event.text() != Exit{.worker = event.actor, .how = Exit::How::returned}.describe();
    lane.ending = LaneEnd{.at = now, .went_wrong = wrong, .how = std::string(event.text())};
    if (wrong) note_cause(now, event.actor, std::string(event.text()));
  }

  void note_cause(std::int64_t now, std::int32_t actor, std::string what) {
    if (!story_.first_cause) story_.first_cause = FirstCause{now, actor, std::move(what)};
  }

  static std::optional<TaskId> task_of(const Event& event) {
    return event.task < 0 ? std::nullopt : std::optional(static_cast<TaskId>(event.task));
  }

  // Empty: the event is about no queue.
  std::string queue_of(const Event& event) const {
    const auto index = static_cast<std::size_t>(event.queue);
    return event.queue < 0 || index >= record_.queues.size() ? "" : record_.queues[index].name;
  }

  // Something goes into a queue, or comes out of it.
  void move(const Event& event, std::int64_t now) {
    const std::string queue = queue_of(event);
    if (queue.empty()) return;
    auto depths = std::find_if(story_.queues.begin(), story_.queues.end(),
                               [&](const QueueDepths& each) { return each.name == queue; });
    if (depths == story_.queues.end()) depths = story_.queues.insert(depths, {.name = queue});
    depths->depths.push_back({now, event.depth});
    const auto task = task_of(event);
    if (!task) return;
    auto& waiting = pushed_[{queue, *task}];
    if (event.kind == EventKind::push) {
      waiting.push_back({.task = *task, .queue = queue, .from = event.actor, .pushed = now});
    } else if (!waiting.empty()) {
      Way way = std::move(waiting.front());
      waiting.pop_front();
      way.to = event.actor;
      way.popped = now;
      story_.ways.push_back(std::move(way));
    }
  }

  Story finished() {
    story_.verdict = std::max(story_.verdict, story_.last_progress);  // a simulated run tells none
    for (auto& [actor, lane] : lanes_) {
      if (is_open(lane)) lane.spans.back().end = story_.last_progress;
      if (actor >= trace::kCaller) story_.lanes.push_back(std::move(lane));
    }
    return std::move(story_);
  }

  const RunRecord& record_;
  Story story_;
  std::map<std::int32_t, Lane> lanes_;  // by actor: the caller comes before the workers
  std::map<std::pair<std::string, TaskId>, std::deque<Way>> pushed_;  // and not popped yet
};

}  // namespace

Story story_of(const RunRecord& record) { return Teller(record).tell(); }

}  // namespace workbench::scenarios
