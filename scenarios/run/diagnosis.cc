#include "scenarios/run/diagnosis.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>

#include "scenarios/trace/queue_role.h"

namespace workbench::scenarios {
namespace {

using trace::Actor;
using trace::kCaller;
using trace::Operation;
using trace::Trace;

bool is_there(const Actor& actor, const IsThere& there) {
  return actor.state == Actor::State::alive && there(actor.process);
}

bool waits(const Actor& actor) { return actor.operation != Operation::none; }

ActorState state_of(const Actor& actor, const IsThere& there) {
  switch (actor.state) {
    case Actor::State::absent:
      return ActorState::absent;
    case Actor::State::expected:
      return ActorState::starting;
    case Actor::State::abandoned:
      return ActorState::abandoned;
    case Actor::State::ended:
      return actor.how == Exit::How::returned ? ActorState::left : ActorState::dead;
    case Actor::State::alive:
      break;
  }
  if (!there(actor.process)) return ActorState::dead;
  return waits(actor) ? ActorState::waiting : ActorState::alive;
}

// Can `other` end this wait of `waiter`? If the waiter wants an item, those that fill the queue
// can; if it wants room, those that empty it. The caller fills `input_queue` and empties
// `result_queue` and `error_queue`; the workers do the opposite.
bool can_wake(std::int32_t other, std::int32_t waiter, const Wait& wait) {
  if (other == waiter) return false;
  const bool is_caller = other == kCaller;
  if (wait.operation == Operation::join) return !is_caller;
  const bool wants_room = wait.operation == Operation::push;
  switch (trace::role_of(wait.queue)) {
    case trace::QueueRole::input:
      return is_caller != wants_room;
    case trace::QueueRole::result:
    case trace::QueueRole::error:
      return is_caller == wants_room;
    case trace::QueueRole::stop:
    case trace::QueueRole::other:
      break;
  }
  return true;
}

Wait wait_of(std::int32_t id, const Trace& trace, const IsThere& there) {
  const Actor& actor = trace.board.actor(id);
  Wait wait{.actor = id, .operation = actor.operation, .place = place_of(actor.where)};
  if (actor.operation != Operation::join) {
    wait.queue = trace.board.queue(actor.queue).name.data();
  }
  for (std::int32_t other = kCaller; other < trace.board.workers(); ++other) {
    if (!can_wake(other, id, wait)) continue;
    wait.could_be_woken_by.push_back({other, state_of(trace.board.actor(other), there)});
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
                    .state = state_of(actor, there),
                    .pops = actor.pops,
                    .ended_ns = actor.ended_ns};
  if (actor.task != trace::kNone && !actor.delivered) {
    state.task = static_cast<TaskId>(actor.task);
  }
  if (actor.state == Actor::State::ended) state.exit = exit_of(worker, actor);
  return state;
}

// The results that the caller had popped from `result_queue` in its last run, in task order. The
// text of such an event is the value of the result (`label_of` in subjects/workload.h).
std::vector<TaskResult> results_in(const std::vector<trace::Event>& events,
                                   const trace::Board& board) {
  std::vector<TaskResult> results;
  for (const trace::Event& event : events) {
    if (event.seq < board.first_event() || event.queue == trace::kNone) continue;
    if (trace::role_of(board.queue(event.queue).name.data()) != trace::QueueRole::result) continue;
    if (event.actor != kCaller || event.kind != trace::EventKind::pop) continue;
    const std::string_view text = event.text();
    std::int64_t value = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    if (parsed.ec != std::errc{} || event.task == trace::kNone) continue;
    results.push_back({static_cast<TaskId>(event.task), OutcomeKind::ok, value});
  }
  std::sort(results.begin(), results.end(),
            [](const TaskResult& left, const TaskResult& right) { return left.task < right.task; });
  const auto again = std::unique(
      results.begin(), results.end(),
      [](const TaskResult& left, const TaskResult& right) { return left.task == right.task; });
  results.erase(again, results.end());
  return results;
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
}

std::size_t read_results_in_hand(const Trace& trace, RunRecord& record) {
  record.result.tasks = results_in(record.events, trace.board);
  const std::size_t seen = record.result.tasks.size();
  // The board has counted all results, also those for which the trace had no room.
  return record.dropped_events > 0 ? std::max<std::size_t>(seen, trace.board.results()) : seen;
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
  // A queue counts a push or a pop just after it. A worker that is killed in between leaves the two
  // counts one apart, so up to `killed` items may only seem to be in the queue.
  const auto killed = static_cast<std::uint64_t>(
      std::count_if(record.workers.begin(), record.workers.end(), [](const WorkerState& worker) {
        return worker.exit ? worker.exit->how == Exit::How::signal
                           : worker.state == ActorState::dead;
      }));
  for (const Wait& wait : waits) {
    const auto queue =
        std::find_if(record.queues.begin(), record.queues.end(),
                     [&](const QueueState& each) { return each.name == wait.queue; });
    if (wait.operation == Operation::pop && queue != record.queues.end() &&
        queue->pushed > queue->popped + killed) {
      return HangKind::lost_wakeup;
    }
  }
  if (std::any_of(waits.begin(), waits.end(),
                  [](const Wait& wait) { return wait.operation == Operation::push; })) {
    return HangKind::full_queue;
  }
  // No wait of the first actor can end if all that could end it are gone. If one of these is
  // still there, it waits, too: then they wait for each other.
  const auto& wakers = waits.front().could_be_woken_by;
  const bool orphaned = std::all_of(wakers.begin(), wakers.end(), [](const Waker& waker) {
    return waker.state == ActorState::dead || waker.state == ActorState::left ||
           waker.state == ActorState::abandoned || waker.state == ActorState::absent;
  });
  return orphaned ? HangKind::orphaned_wait : HangKind::circular_wait;
}

bool board_says_hang(const std::vector<Wait>& waits, const RunRecord& record) {
  const auto waits_for_an_item = [&](const Wait& wait) {
    return wait.operation == Operation::pop &&
           std::none_of(record.queues.begin(), record.queues.end(), [&](const QueueState& each) {
             return each.name == wait.queue && each.pushed > each.popped;
           });
  };
  const bool anybody_works =
      std::any_of(record.workers.begin(), record.workers.end(), [](const WorkerState& worker) {
        return worker.state == ActorState::alive || worker.state == ActorState::starting;
      });
  return !anybody_works && std::all_of(waits.begin(), waits.end(), waits_for_an_item) &&
         kind_of(waits, record) == HangKind::orphaned_wait;
}

}  // namespace workbench::scenarios
