#include "scenarios/board_reading.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <string>
#include <string_view>

namespace workbench::scenarios {
namespace {

using trace::Actor;
using trace::kCaller;
using trace::Operation;
using trace::Trace;

std::string name_of(std::int32_t actor) {
  return actor == kCaller ? "caller" : fmt::format("worker-{}", actor);
}

bool is_there(const Actor& actor, const IsThere& there) {
  return actor.state == Actor::State::alive && there(actor.process);
}

bool waits(const Actor& actor) { return actor.operation != Operation::none; }

std::string_view state_of(const Actor& actor, const IsThere& there) {
  switch (actor.state) {
    case Actor::State::absent:
      return "absent";
    case Actor::State::expected:
      return "starting";
    case Actor::State::abandoned:
      return "abandoned";
    case Actor::State::ended:
      return actor.how == Exit::How::returned ? "left" : "dead";
    case Actor::State::alive:
      break;
  }
  if (!there(actor.process)) return "dead";
  return waits(actor) ? "waiting" : "alive";
}

std::string_view name_of(Operation operation) {
  switch (operation) {
    case Operation::none:
      return "";
    case Operation::push:
      return "push";
    case Operation::pop:
      return "pop";
    case Operation::timed_pop:
      return "pop_for";
    case Operation::join:
      return "join";
  }
  return "";
}

// `naive/pool.h:41`: the file with the directory that it is in.
std::string place_of(const trace::Where& where) {
  if (where.file == nullptr) return "";
  const std::filesystem::path path(where.file);
  return fmt::format("{}:{}", (path.parent_path().filename() / path.filename()).string(),
                     where.line);
}

// Who can end this wait of `waiter`?
bool can_wake(std::int32_t other, std::int32_t waiter, const Actor& actor,
              const std::string& queue) {
  if (other == waiter) return false;
  const bool by_caller = other == kCaller;
  if (actor.operation == Operation::join) return !by_caller;
  const bool wants_room = actor.operation == Operation::push;
  if (queue == "input_queue") return by_caller != wants_room;
  if (queue == "result_queue" || queue == "error_queue") return by_caller == wants_room;
  return true;
}

Wait wait_of(std::int32_t id, const Trace& trace, const IsThere& there) {
  const Actor& actor = trace.board.actor(id);
  Wait wait{.actor = name_of(id),
            .operation = std::string(name_of(actor.operation)),
            .place = place_of(actor.where)};
  if (actor.operation != Operation::join) {
    wait.queue = trace.board.queue(actor.queue).name.data();
  }
  for (std::int32_t other = kCaller; other < trace.board.workers(); ++other) {
    if (!can_wake(other, id, actor, wait.queue)) continue;
    wait.could_be_woken_by.push_back(
        {name_of(other), std::string(state_of(trace.board.actor(other), there))});
  }
  return wait;
}

Exit exit_of(WorkerId worker, const Actor& actor) {
  Exit exit{.worker = worker, .how = actor.how, .code = actor.code, .signal = actor.signal};
  if (actor.task != trace::kNone) exit.task = static_cast<TaskId>(actor.task);
  if (actor.how == Exit::How::exception || actor.how == Exit::How::not_started) {
    exit.failure = Failure{
        .task = exit.task, .worker = worker, .type = actor.type.data(), .what = actor.what.data()};
    const auto* end = std::find(actor.stack.begin(), actor.stack.end(), 0);
    exit.failure->stack.assign(actor.stack.begin(), end);
  }
  return exit;
}

WorkerState worker_of(WorkerId worker, const Trace& trace, const IsThere& there) {
  const Actor& actor = trace.board.actor(worker);
  WorkerState state{.worker = worker,
                    .state = std::string(state_of(actor, there)),
                    .pops = actor.pops,
                    .ended_ns = actor.ended_ns};
  if (actor.task != trace::kNone && !actor.delivered) {
    state.task = static_cast<TaskId>(actor.task);
  }
  if (actor.state == Actor::State::ended) state.exit = exit_of(worker, actor);
  return state;
}

// What the caller had popped of `result_queue` in its last run: the values that it had in hand.
void read_results(const trace::Board& board, RunRecord& record) {
  const auto queue =
      std::find_if(record.queues.begin(), record.queues.end(),
                   [](const QueueState& each) { return each.name == "result_queue"; });
  const auto id = queue - record.queues.begin();
  auto& results = record.account.results;
  for (const trace::Event& event : record.events) {
    if (event.seq < board.first_event() || event.queue != id) continue;
    if (event.actor != kCaller || event.kind != trace::Kind::pop) continue;
    const std::string_view text = event.text();
    std::int64_t value = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    if (parsed.ec != std::errc{} || event.task == trace::kNone) continue;
    results.push_back({static_cast<TaskId>(event.task), "ok", value});
  }
  std::sort(results.begin(), results.end(),
            [](const TaskResult& left, const TaskResult& right) { return left.task < right.task; });
  const auto again = std::unique(
      results.begin(), results.end(),
      [](const TaskResult& left, const TaskResult& right) { return left.task == right.task; });
  results.erase(again, results.end());
  record.account.ledger.ok = results.size();
  // Those that the trace had no room for were counted all the same.
  if (record.dropped_events > 0) {
    record.account.ledger.ok = std::max<std::size_t>(results.size(), board.results());
  }
}

}  // namespace

void read_standing(const Trace& trace, const IsThere& there, RunRecord& record) {
  for (WorkerId worker = 0; worker < trace.board.workers(); ++worker) {
    record.workers.push_back(worker_of(worker, trace, there));
  }
  for (std::int32_t id = 0; id < trace.board.queues(); ++id) {
    const trace::QueueEntry& queue = trace.board.queue(id);
    record.queues.push_back(
        {queue.name.data(), queue.capacity, queue.pushed.load(), queue.popped.load()});
  }
}

void read_board(const Trace& trace, const IsThere& there, RunRecord& record) {
  read_standing(trace, there, record);
  record.events = trace.recorder.events();
  record.dropped_events = trace.recorder.dropped();
  if (record.account.ledger.submitted == 0) read_results(trace.board, record);
}

std::vector<Wait> waits_on(const Trace& trace, const IsThere& there) {
  std::vector<Wait> waits_found;
  for (std::int32_t id = kCaller; id < trace.board.workers(); ++id) {
    const Actor& actor = trace.board.actor(id);
    if (is_there(actor, there) && waits(actor)) waits_found.push_back(wait_of(id, trace, there));
  }
  return waits_found;
}

std::optional<HangKind> kind_of(const std::vector<Wait>& waits, const RunRecord& record) {
  if (waits.empty()) return std::nullopt;
  // A worker that was killed between a push or a pop and its count leaves the counts one apart.
  const auto killed = static_cast<std::uint64_t>(
      std::count_if(record.workers.begin(), record.workers.end(), [](const WorkerState& worker) {
        return worker.exit ? worker.exit->how == Exit::How::signal : worker.state == "dead";
      }));
  for (const Wait& wait : waits) {
    const auto queue =
        std::find_if(record.queues.begin(), record.queues.end(),
                     [&](const QueueState& each) { return each.name == wait.queue; });
    if (wait.operation == "pop" && queue != record.queues.end() &&
        queue->pushed > queue->popped + killed) {
      return HangKind::lost_wakeup;
    }
  }
  if (std::any_of(waits.begin(), waits.end(),
                  [](const Wait& wait) { return wait.operation == "push"; })) {
    return HangKind::full_queue;
  }
  const auto& wakers = waits.front().could_be_woken_by;
  const bool orphaned = std::all_of(wakers.begin(), wakers.end(), [](const Waker& waker) {
    return waker.state == "dead" || waker.state == "left" || waker.state == "abandoned" ||
           waker.state == "absent";
  });
  return orphaned ? HangKind::orphaned_wait : HangKind::circular_wait;
}

bool board_says_hang(const std::vector<Wait>& waits, const RunRecord& record) {
  const auto waits_for_an_item = [&](const Wait& wait) {
    return wait.operation == "pop" &&
           std::none_of(record.queues.begin(), record.queues.end(), [&](const QueueState& each) {
             return each.name == wait.queue && each.pushed > each.popped;
           });
  };
  const bool anybody_works =
      std::any_of(record.workers.begin(), record.workers.end(), [](const WorkerState& worker) {
        return worker.state == "alive" || worker.state == "starting";
      });
  return !anybody_works && std::all_of(waits.begin(), waits.end(), waits_for_an_item) &&
         kind_of(waits, record) == HangKind::orphaned_wait;
}

}  // namespace workbench::scenarios
