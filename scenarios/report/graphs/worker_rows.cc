#include "scenarios/report/graphs/worker_rows.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "scenarios/report/graphs/architecture_layout.h"
#include "scenarios/report/graphs/worker_words.h"

namespace workbench::scenarios {

using namespace architecture_layout;
using trace::QueueRole;

namespace {

// In a row: tasks and results above its middle, errors and stop tokens below it.
constexpr double kAbove = -10;
constexpr double kBelow = 14;
constexpr double kWords = 7;  // above their arrow
constexpr double kLeftWords = kInputSide + kRoom / 2 + 3;
constexpr double kRightWords = kResultSide - kRoom / 2 - 3;

ArrowWords words_at(double x, double y, std::vector<std::string> lines) {
  return {.lines = std::move(lines), .first = {x, y - kWords}, .step = 15, .width = kRoom};
}

}  // namespace

void WorkerRows::draw() {
  for (std::size_t row = 0; row < rows_; ++row) {
    const WorkerState& worker = record_.workers[row];
    const std::string node = fmt::format("worker_{}", worker.worker);
    PinArea box = kWorker;
    box.y = middle_of(row) - box.height / 2;
    draw_box(worker, node, box);
    draw_flows(worker, node, box);
  }
  draw_lines();
}

void WorkerRows::draw_box(const WorkerState& worker, const std::string& node, PinArea box) {
  const bool wrong = went_wrong(worker);
  const PinArea name{box.x, box.y, kName.width, kName.height};
  graph_.box(node, wrong ? "dead" : "worker", box);
  graph_.text("name", name.centre(), trace::actor_name(worker.worker), kName.width);
  if (wrong) {
    graph_.arrow(node, node, "cross", {{name.x, name.y}, {name.right(), name.bottom()}});
    graph_.arrow(node, node, "cross", {{name.x, name.bottom()}, {name.right(), name.y}});
  }
  const double beside = box.width - kName.width;
  graph_.text("note", {name.right() + beside / 2, name.centre().y},
              count_of(traffic_.pushes, worker, QueueRole::error), beside - 4);
  auto [state, message] = words_of(worker, wait_of(record_, worker.worker));
  const std::string stop = count_of(traffic_.pops, worker, QueueRole::stop);
  if (!stop.empty()) state += ", " + stop;
  const double room = box.width - 6;
  const double first = message.empty() ? 31 : 26;
  graph_.text("note", {box.centre().x, box.y + first}, state, room);
  graph_.text(wrong ? "wrong" : "note", {box.centre().x, box.y + 39}, message, room);
}

std::string WorkerRows::count_of(const Counts& counts, const WorkerState& worker, QueueRole role) {
  const auto found = counts.find({worker.worker, role});
  return found == counts.end() ? "" : words_of(found->second);
}

void WorkerRows::draw_flows(const WorkerState& worker, const std::string& node, PinArea box) {
  draw_input(worker, node, {box.x, box.centre().y + kAbove});
  draw_results(worker, node, {box.right(), box.centre().y + kAbove});
  const double y = box.centre().y + kBelow;
  if (traffic_.pops.contains({worker.worker, QueueRole::stop})) {
    graph_.arrow("stop_queue", node, "signal", {{box.x - kSideLine, y}, {box.x, y}});
  }
  if (traffic_.pushes.contains({worker.worker, QueueRole::error})) {
    graph_.arrow(node, "error_queue", "line", {{box.right(), y}, {box.right() + kSideLine, y}});
  }
}

void WorkerRows::draw_input(const WorkerState& worker, const std::string& node, PinPoint at) {
  const std::vector<PinPoint> way{{kInputSide, at.y}, at};
  const auto popped = traffic_.pops.find({worker.worker, QueueRole::input});
  if (popped != traffic_.pops.end()) {
    graph_.arrow("input_queue", node, "flow", way,
                 words_at(kLeftWords, at.y, lines_of(popped->second, kRoom)));
  } else if (waits_for(record_, worker.worker, QueueRole::input)) {
    graph_.arrow("input_queue", node, "waits", way, words_at(kLeftWords, at.y, {"waits"}));
  }
}

void WorkerRows::draw_results(const WorkerState& worker, const std::string& node, PinPoint at) {
  const std::vector<PinPoint> way{at, {kResultSide, at.y}};
  const auto pushed = traffic_.pushes.find({worker.worker, QueueRole::result});
  if (pushed != traffic_.pushes.end()) {
    graph_.arrow(node, "result_queue", "flow", way,
                 words_at(kRightWords, at.y, lines_of(pushed->second, kRoom)));
  } else if (waits_for(record_, worker.worker, QueueRole::result)) {
    graph_.arrow(node, "result_queue", "waits", way, words_at(kRightWords, at.y, {"waits"}));
  }
}

// Beside the workers, up and down: to the error queue, and from and to the stop queue.
void WorkerRows::draw_lines() {
  const double left = kWorker.x - kSideLine;
  const double right = kWorker.right() + kSideLine;
  const auto line_end = [](std::size_t row) { return middle_of(row) + kBelow; };
  if (const auto last = last_row(traffic_.pops, QueueRole::stop)) {
    const double x = kStopTube.x + 20;
    graph_.arrow("stop_queue", "stop_queue", "line",
                 {{x, kStopTube.bottom()}, {x, kFork}, {left, kFork}, {left, line_end(*last)}});
  }
  if (const auto last = last_row(traffic_.pushes, QueueRole::error)) {
    const double x = kErrorTube.right() - 30;
    graph_.arrow("error_queue", "error_queue", "signal",
                 {{right, line_end(*last)}, {right, kFork}, {x, kFork}, {x, kErrorTube.bottom()}});
  }
  // Whoever errs stops the others.
  if (const auto last = last_row(traffic_.pushes, QueueRole::stop)) {
    const double x = kStopTube.right() - 20;
    graph_.arrow("stop_queue", "stop_queue", "signal",
                 {{right, line_end(*last)}, {right, kFork}, {x, kFork}, {x, kStopTube.bottom()}},
                 {.lines = {words_of(traffic_.pushed_by_workers(QueueRole::stop))},
                  .first = {x + 46, kFork - kWords},
                  .width = 86});
  }
}

std::optional<std::size_t> WorkerRows::last_row(const Counts& counts, trace::QueueRole role) const {
  std::optional<std::size_t> last;
  for (std::size_t row = 0; row < rows_; ++row) {
    if (counts.contains({record_.workers[row].worker, role})) last = row;
  }
  return last;
}

}  // namespace workbench::scenarios
