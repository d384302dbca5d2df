#include "scenarios/report/graphs/architecture.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "scenarios/report/graphs/architecture_layout.h"
#include "scenarios/report/graphs/pinned_graph.h"
#include "scenarios/report/graphs/traffic.h"
#include "scenarios/report/graphs/tube.h"
#include "scenarios/report/graphs/worker_rows.h"

namespace workbench::scenarios {
namespace {

using namespace architecture_layout;
using trace::QueueRole;

constexpr double kBox = kCaller.width - 10;  // the width of words in the box of the caller

class Architecture {
 public:
  explicit Architecture(const RunRecord& record)
      : record_(record),
        traffic_(traffic_of(record)),
        rows_(std::min(record.workers.size(), kMostRows)) {}

  std::string dot() {
    draw_caller();
    draw_side_queue(QueueRole::input, kMargin);
    draw_side_queue(QueueRole::result, kWidth - kMargin - kTube);
    draw_middle_queue(QueueRole::stop, kStopTube);
    draw_middle_queue(QueueRole::error, kErrorTube);
    WorkerRows(graph_, record_, traffic_, rows_).draw();
    draw_notes();
    return graph_.dot();
  }

 private:
  // With one of the two more queues, the pool is a reactor: its own box, in a frame.
  bool is_reactor() const {
    return traffic_.queue(QueueRole::error) != nullptr ||
           traffic_.queue(QueueRole::stop) != nullptr;
  }

  // ---- the caller and its arrows

  void draw_caller() {
    // Without a reactor, too, the drawing is as large, so that two have the same scale.
    constexpr double kPad = 10;
    graph_.box("frame", is_reactor() ? "frame" : "room",
               {kMargin - kPad, kReactor.y - kPad, kWidth - 2 * (kMargin - kPad),
                end_of_tubes(rows_) + 2 * kPad - kReactor.y});
    if (is_reactor()) {
      draw_reactor();
    } else {
      const PinPoint centre = kCaller.centre();
      graph_.box("caller", "caller", kCaller);
      graph_.text("name", {centre.x, centre.y - 16}, "caller: " + record_.subject, kBox);
      graph_.text("text", {centre.x, centre.y}, state_of_caller(), kBox);
      graph_.text("text", {centre.x, centre.y + 16}, describe(record_), kBox);
    }
    // Their words: in the corners of the drawing, and below those the ones of the two more queues.
    constexpr double kCorner = 138;
    constexpr double kBelow = 178;
    constexpr double kBeside = kMargin + kTube / 2;
    arrow_of_caller(QueueRole::input, kBeside, {kBeside + 66, kCorner}, 100);
    arrow_of_caller(QueueRole::result, kWidth - kBeside, {kWidth - kBeside - 66, kCorner}, 100);
    arrow_of_caller(QueueRole::stop, kStopTube.centre().x, {kStopTube.centre().x - 48, kBelow}, 80);
    arrow_of_caller(QueueRole::error, kErrorTube.centre().x, {kErrorTube.centre().x - 36, kBelow},
                    60);
  }

  // Its user is outside of the frame, and sees only what goes in and what comes out.
  void draw_reactor() {
    constexpr double kIn = 120;
    constexpr double kOut = 380;
    constexpr double kWords = 66;
    graph_.box("user", "caller", kUser, "caller: " + describe(record_));
    graph_.box("caller", "reactor", kReactor);
    const PinPoint centre = kReactor.centre();
    const std::string state = state_of_caller();
    graph_.text("name", {centre.x, centre.y - (state.empty() ? 0 : 7)}, record_.subject, kBox);
    graph_.text("note", {centre.x, centre.y + 8}, state, kBox);
    graph_.arrow("user", "caller", "flow", {{kIn, kUser.bottom()}, {kIn, kReactor.y}},
                 {.lines = {fmt::format("{} tasks", record_.result.tally.submitted())},
                  .first = {kIn + 46, kWords},
                  .width = 80});
    graph_.arrow("caller", "user", waits_for_ever() ? "waits" : "flow",
                 {{kOut, kReactor.y}, {kOut, kUser.bottom()}},
                 {.lines = {what_comes_out()}, .first = {kOut - 46, kWords}, .width = 80});
  }

  std::string what_comes_out() const {
    if (record_.verdict == Verdict::stopped) return "an error";
    return waits_for_ever() || record_.verdict == Verdict::crash ? "nothing" : "results";
  }
  bool waits_for_ever() const {
    return record_.verdict == Verdict::hang || record_.verdict == Verdict::stuck;
  }
  std::string state_of_caller() const {
    const Wait* wait = wait_of(record_, trace::kCaller);
    if (wait == nullptr) return "";
    return fmt::format("waits in {}{}", call_of(*wait),
                       record_.verdict == Verdict::hang ? ", for ever" : "");
  }

  // What it pushed, downwards, and beside it what it popped, upwards.
  void arrow_of_caller(QueueRole role, double x, PinPoint words, double width) {
    if (traffic_.queue(role) == nullptr) return;
    constexpr double kApart = 9;
    const auto pushed = traffic_.pushes.find({trace::kCaller, role});
    const auto popped = traffic_.pops.find({trace::kCaller, role});
    const bool waits = waits_for(record_, trace::kCaller, role);
    const bool down = pushed != traffic_.pushes.end();
    const bool up = popped != traffic_.pops.end() || waits;
    if (down) {
      const double at = up ? x + kApart : x;
      const auto lines = lines_of(pushed->second, width);
      graph_.arrow("caller", node_of(role), style_of(role),
                   {{at, kCaller.bottom()}, {at, kTubeTop}},
                   {.lines = lines, .first = words, .width = width});
      words.y += kLine * static_cast<double>(lines.size());
    }
    if (up) {
      const double at = down ? x - kApart : x;
      std::vector<std::string> lines;
      if (popped != traffic_.pops.end())
        lines = lines_of(popped->second, down ? width - 35 : width);
      if (down && !lines.empty()) lines.front() = "back: " + lines.front();
      if (waits) lines.emplace_back(lines.empty() ? "nothing comes" : "then nothing comes");
      graph_.arrow(node_of(role), "caller", waits ? "waits" : style_of(role),
                   {{at, kTubeTop}, {at, kCaller.bottom()}},
                   {.lines = lines, .first = words, .width = width});
    }
  }

  // ---- the queues

  void draw_side_queue(QueueRole role, double x) {
    const QueueContents* queue = traffic_.queue(role);
    if (queue == nullptr) return;
    const PinArea tube{x, kTubeTop, kTube, end_of_tubes(rows_) - kTubeTop};
    const bool is_input = role == QueueRole::input;
    draw_tube(graph_, node_of(role), *queue, tube, is_input ? TubeExit::below : TubeExit::above);
    const double beside = is_input ? tube.right() + kRoom / 2 + 3 : tube.x - kRoom / 2 - 3;
    constexpr double kNameAt = 247;
    graph_.text("name", {beside, kNameAt}, queue->name, kRoom);
    graph_.text("note", {beside, kNameAt + 12}, balance_of(*queue), kRoom);
    if (queue->capacity == 0) return;
    graph_.text("note", {beside, kNameAt - 13}, fmt::format("room for {}", queue->capacity), 70);
  }

  void draw_middle_queue(QueueRole role, PinArea tube) {
    const QueueContents* queue = traffic_.queue(role);
    if (queue == nullptr) return;
    draw_tube(graph_, node_of(role), *queue, tube, TubeExit::left);
    graph_.text("name", {tube.centre().x, tube.y + 10}, queue->name, tube.width - 8);
  }

  // ---- what has no place above

  void draw_notes() {
    double y = end_of_tubes(rows_) + 22;
    const auto note = [&](const std::string& words) {
      graph_.text("note", {kWidth / 2, y}, words, kWidth - 40);
      y += 14;
    };
    if (record_.workers.size() > rows_) {
      const auto dead = std::count_if(record_.workers.begin() + static_cast<std::ptrdiff_t>(rows_),
                                      record_.workers.end(), went_wrong);
      note(fmt::format("and {} more workers, {} of them dead", record_.workers.size() - rows_,
                       dead));
    }
    for (const QueueContents& queue : traffic_.queues) {
      if (queue.role == QueueRole::other)
        note(fmt::format("and {}: {}", queue.name, balance_of(queue)));
    }
    if (record_.dropped_events > 0) {
      note(fmt::format("The trace had no room for the last {} events.", record_.dropped_events));
    }
  }

  const RunRecord& record_;
  const Traffic traffic_;
  const std::size_t rows_;
  PinnedGraph graph_;
};

}  // namespace

std::string architecture(const RunRecord& record) { return Architecture(record).dot(); }

}  // namespace workbench::scenarios
