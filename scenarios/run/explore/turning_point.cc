#include "scenarios/run/explore/turning_point.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "core/one_line.h"
#include "core/simulated/explorer.h"

namespace workbench::scenarios {
namespace {

using trace::Event;
using trace::EventKind;

bool is_good(const JudgedRun& run) {
  const Verdict verdict = run.record.verdict;
  return !run.is_different() && (verdict == Verdict::completed || verdict == Verdict::reported ||
                                 verdict == Verdict::stopped);
}

bool are_alike(const Event& left, const Event& right) {
  return left.actor == right.actor && left.kind == right.kind && left.queue == right.queue &&
         left.task == right.task && left.text() == right.text();
}

std::string queue_of(const Event& event, const RunRecord& record) {
  const auto index = static_cast<std::size_t>(event.queue);
  return event.queue < 0 || index >= record.queues.size() ? "a queue" : record.queues[index].name;
}

// `task 3`, or what else it is.
std::string thing_of(const Event& event) {
  if (event.task >= 0) return fmt::format("task {}", event.task);
  return event.text().empty() ? "an entry" : std::string(event.text());
}

std::string words_of(const Event& event, const RunRecord& record) {
  const std::string actor = trace::actor_name(event.actor);
  const std::string queue = queue_of(event, record);
  const auto say = [&]() -> std::string {
    switch (event.kind) {
      case EventKind::start:
        return actor + " starts";
      case EventKind::push:
        return fmt::format("{} pushes {} into {}", actor, thing_of(event), queue);
      case EventKind::pop:
        return fmt::format("{} pops {} from {}", actor, thing_of(event), queue);
      case EventKind::pill:
        return fmt::format("{} pops a pill from {}", actor, queue);
      case EventKind::stop:
        return fmt::format("{} pops a stop token from {}", actor, queue);
      case EventKind::block:
        return fmt::format("{} waits for {}", actor, queue);
      case EventKind::wake:
        return fmt::format("{} waits no longer for {}", actor, queue);
      case EventKind::action:
        return fmt::format("{} begins task {}", actor, event.task);
      case EventKind::done:
        return fmt::format("{} has done task {}", actor, event.task);
      case EventKind::raise:
        return fmt::format("{} throws in task {}", actor, event.task);
      case EventKind::exit:
        return fmt::format("{} ends: {}", actor, event.text());
      case EventKind::join:
        return actor + " joins the workers";
      case EventKind::verdict:
        break;
    }
    return "the run ends";
  };
  return on_one_line(say());
}

std::string words_at(std::size_t place, const RunRecord& record) {
  return place < record.events.size() ? words_of(record.events[place], record) : "the run ends";
}

}  // namespace

std::optional<TurningPoint> find_turning_point(Simulation& simulation, const JudgedRun& failed,
                                               const SimulatedSchedule& schedule) {
  // One that was cut has no end that a choice could be said to lead to.
  if (is_good(failed) || failed.record.verdict == Verdict::stuck) return std::nullopt;
  RunSpec spec = failed.spec;
  const auto judged = [&](RunRecord record) {
    return judge(spec, std::move(record), WhereOpen::promises_count);
  };
  const auto found = simulated::nearest(
      simulation.program(), schedule.options, schedule.choices,
      [&](const std::string& /*outcome*/) { return is_good(judged(simulation.last())); });
  if (!found) return std::nullopt;
  const SimulatedSchedule other{.options = schedule.options, .choices = *found};
  spec.schedule = other.text();
  TurningPoint point{.good = judged(simulation.run(other))};
  const auto& here = failed.record.events;
  const auto& there = point.good.record.events;
  const auto differ =
      std::mismatch(here.begin(), here.end(), there.begin(), there.end(), are_alike);
  const auto place = static_cast<std::size_t>(differ.first - here.begin());
  point.place = place;
  if (place > 0) point.before = words_at(place - 1, failed.record);
  point.here = words_at(place, failed.record);
  point.there = words_at(place, point.good.record);
  return point;
}

}  // namespace workbench::scenarios
