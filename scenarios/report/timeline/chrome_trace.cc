#include "scenarios/report/timeline/chrome_trace.h"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "scenarios/report/timeline/story.h"

namespace workbench::scenarios {
namespace {

using Json = nlohmann::ordered_json;

class ChromeTrace {
 public:
  explicit ChromeTrace(const RunRecord& record) : record_(record), story_(story_of(record)) {}

  Json json() {
    add({{"ph", "M"}, {"name", "process_name"}, {"args", {{"name", title()}}}}, trace::kCaller);
    for (const Lane& lane : story_.lanes) tell(lane);
    for (const QueueDepths& queue : story_.queues) {
      for (const Depth& depth : queue.depths) {
        add({{"ph", "C"},
             {"name", queue.name},
             {"ts", time(depth.at)},
             {"args", {{"items", depth.items}}}},
            trace::kCaller);
      }
    }
    for (std::size_t i = 0; i < story_.ways.size(); ++i) tell(story_.ways[i], i);
    if (story_.first_cause) {
      mark("first cause: " + story_.first_cause->what, story_.first_cause->at,
           story_.first_cause->actor);
    }
    mark(describe(record_), story_.verdict, trace::kCaller);
    return {{"displayTimeUnit", "ms"}, {"traceEvents", std::move(events_)}};
  }

 private:
  std::string title() const {
    return fmt::format("{}: {} on {}", record_.scenario, record_.subject,
                       scenarios::name_of(record_.runtime));
  }

  double time(std::int64_t at) const {
    constexpr double kNsPerUs = 1000;
    return story_.counts_steps ? static_cast<double>(at) : static_cast<double>(at) / kNsPerUs;
  }

  // All are threads of one process. The caller is the first of them, and thread 0 is no thread.
  void add(Json event, std::int32_t actor) {
    event["pid"] = 1;
    event["tid"] = actor - trace::kCaller + 1;
    events_.push_back(std::move(event));
  }

  void mark(const std::string& what, std::int64_t at, std::int32_t actor) {
    add({{"ph", "i"}, {"name", what}, {"ts", time(at)}, {"s", "p"}}, actor);
  }

  void slice(const std::string& name, std::int64_t begin, double length, std::int32_t actor) {
    add({{"ph", "X"}, {"name", name}, {"ts", time(begin)}, {"dur", length}}, actor);
  }

  void tell(const Lane& lane) {
    add({{"ph", "M"}, {"name", "thread_name"}, {"args", {{"name", trace::actor_name(lane.actor)}}}},
        lane.actor);
    for (const Span& span : lane.spans) {
      const std::int64_t end = span.is_open ? story_.verdict : span.end;
      slice(name_of(span), span.begin, time(end) - time(span.begin), lane.actor);
    }
    if (lane.ending) mark(lane.ending->how, lane.ending->at, lane.actor);
  }

  static std::string name_of(const Span& span) {
    switch (span.activity) {
      case Activity::works:
        return fmt::format("task {}{}", span.task.value_or(0), span.has_thrown ? " throws" : "");
      case Activity::waits:
        return "waits: " + span.queue;
      case Activity::joins:
        break;
    }
    return "joins";
  }

  // An arrow leads from one slice to another, so push and pop are slices, too, as short as can be.
  void tell(const Way& way, std::size_t number) {
    constexpr double kShort = 0.5;
    const std::string name = fmt::format("task {} through {}", way.task, way.queue);
    slice("push " + way.queue, way.pushed, kShort, way.from);
    slice("pop " + way.queue, way.popped, kShort, way.to);
    const auto arrow = [&](const char* phase, std::int64_t at, std::int32_t actor) {
      add({{"ph", phase},
           {"bp", "e"},
           {"id", number},
           {"cat", "task"},
           {"name", name},
           {"ts", time(at)}},
          actor);
    };
    arrow("s", way.pushed, way.from);
    arrow("f", way.popped, way.to);
  }

  const RunRecord& record_;
  const Story story_;
  Json events_ = Json::array();
};

}  // namespace

void write_chrome_trace(const RunRecord& record, std::ostream& out) {
  out << ChromeTrace(record).json().dump(1, ' ', false, Json::error_handler_t::replace) << '\n';
}

}  // namespace workbench::scenarios
