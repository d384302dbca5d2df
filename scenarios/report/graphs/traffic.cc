#include "scenarios/report/graphs/traffic.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <string_view>
#include <tuple>

#include "scenarios/report/graphs/label.h"
#include "scenarios/report/graphs/pinned_graph.h"

namespace workbench::scenarios {
namespace {

using trace::EventKind;
using trace::QueueRole;

Cargo cargo_of(const trace::Event& event, QueueRole role) {
  const bool has_task = event.task != trace::kNone;
  switch (role) {
    case QueueRole::input:
      return has_task ? Cargo::task : Cargo::pill;
    case QueueRole::error:
      return Cargo::error;
    case QueueRole::stop:
      return Cargo::token;
    default:
      break;
  }
  if (event.text() == "leaves") return Cargo::farewell;
  if (event.text() == "announces") return Cargo::notice;
  return has_task ? Cargo::result : Cargo::message;
}

bool is_pop(EventKind kind) {
  return kind == EventKind::pop || kind == EventKind::pill || kind == EventKind::stop;
}

// Marks what is popped. Of equal items, the one that was pushed first goes first.
class Taker {
 public:
  void pushed(std::size_t queue, std::vector<QueueItem>& items) {
    const QueueItem& item = items.back();
    waiting_[{queue, item.cargo, item.task}].push_back(items.size() - 1);
  }

  // The trace may have gaps: what was never pushed cannot be marked.
  void popped(std::size_t queue, std::vector<QueueItem>& items, const QueueItem& item) {
    auto& waiting = waiting_[{queue, item.cargo, item.task}];
    if (waiting.empty()) return;
    items[waiting.front()].is_taken = true;
    waiting.pop_front();
  }

 private:
  // By queue and kind: the places of those that are not taken yet.
  std::map<std::tuple<std::size_t, Cargo, std::optional<TaskId>>, std::deque<std::size_t>> waiting_;
};

// One, and several.
std::pair<std::string_view, std::string_view> name_of(Cargo cargo) {
  switch (cargo) {
    case Cargo::task:
      return {"task", "tasks"};
    case Cargo::pill:
      return {"pill", "pills"};
    case Cargo::result:
      return {"result", "results"};
    case Cargo::notice:
      return {"failure", "failures"};
    case Cargo::farewell:
      return {"bye", "byes"};
    case Cargo::error:
      return {"error", "errors"};
    case Cargo::token:
      return {"stop token", "stop tokens"};
    case Cargo::message:
      break;
  }
  return {"message", "messages"};
}

}  // namespace

const QueueContents* Traffic::queue(QueueRole role) const {
  const auto found = std::find_if(queues.begin(), queues.end(),
                                  [&](const QueueContents& each) { return each.role == role; });
  return found == queues.end() ? nullptr : &*found;
}

CargoCounts Traffic::pushed_by_workers(QueueRole role) const {
  CargoCounts sum;
  for (const auto& [ends, counts] : pushes) {
    if (ends.first < 0 || ends.second != role) continue;
    for (const auto& [cargo, count] : counts) sum[cargo] += count;
  }
  return sum;
}

Traffic traffic_of(const RunRecord& record) {
  Traffic traffic;
  Taker taker;
  for (const QueueState& queue : record.queues) {
    traffic.queues.push_back(
        {.name = queue.name, .role = trace::role_of(queue.name), .capacity = queue.capacity});
  }
  for (const trace::Event& event : record.events) {
    const auto index = static_cast<std::size_t>(event.queue);
    if (event.queue < 0 || index >= traffic.queues.size()) continue;
    QueueContents& queue = traffic.queues[index];
    const Cargo cargo = cargo_of(event, queue.role);
    const auto task =
        event.task < 0 ? std::nullopt : std::optional<TaskId>(static_cast<TaskId>(event.task));
    if (event.kind == EventKind::push) {
      queue.items.push_back({cargo, task});
      taker.pushed(index, queue.items);
      ++traffic.pushes[{event.actor, queue.role}][cargo];
    } else if (is_pop(event.kind)) {
      taker.popped(index, queue.items, {cargo, task});
      ++traffic.pops[{event.actor, queue.role}][cargo];
    }
  }
  return traffic;
}

std::string words_of(const CargoCounts& counts) {
  std::string words;
  for (const auto& [cargo, count] : counts) {
    const auto [one, several] = name_of(cargo);
    words += fmt::format("{}{} {}", words.empty() ? "" : ", ", count, count == 1 ? one : several);
  }
  return words;
}

std::vector<std::string> lines_of(const CargoCounts& counts, double width) {
  std::string all = words_of(counts);
  if (width_of(all, PinnedGraph::kSmallLetter) <= width) return {std::move(all)};
  std::vector<std::string> lines;
  lines.reserve(counts.size());
  for (const auto& each : counts) lines.push_back(words_of(CargoCounts{each}));
  return lines;
}

std::string sign_of(const QueueItem& item) {
  std::string task = item.task ? fmt::format("{}", *item.task) : "";
  switch (item.cargo) {
    case Cargo::task:
      return task;
    case Cargo::pill:
      return "P";
    case Cargo::result:
      return task + "′";
    case Cargo::notice:
      return task + " ✗";
    case Cargo::farewell:
      return "bye";
    case Cargo::error:
      return item.task ? "error " + task : "error";
    case Cargo::token:
      return "stop";
    case Cargo::message:
      break;
  }
  return "…";
}

}  // namespace workbench::scenarios
