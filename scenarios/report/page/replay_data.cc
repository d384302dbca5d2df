#include "scenarios/report/page/replay_data.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "scenarios/report/page/html_matrix.h"
#include "scenarios/report/page/texts.h"
#include "scenarios/trace/queue_role.h"

namespace workbench::scenarios {
namespace {

using trace::Event;
using trace::EventKind;
using Json = nlohmann::ordered_json;

// Of a run. 500 tasks have about 4,000 events. A run with more than the page has room for is shown
// up to there alone.
constexpr std::size_t kMostEvents = 5000;
constexpr std::size_t kEventsOfLongRun = 1000;

// The kinds as the script knows them: the end of a worker is one of two. In the order of EventKind,
// with `died` behind.
constexpr std::array<std::string_view, 14> kKinds{"start",  "push", "pop",     "block", "wake",
                                                  "action", "done", "throw",   "pill",  "stop",
                                                  "left",   "join", "verdict", "died"};
static_assert(static_cast<std::size_t>(EventKind::verdict) + 2 == kKinds.size());

std::string_view word_for(trace::QueueRole role) {
  switch (role) {
    case trace::QueueRole::input:
      return "input";
    case trace::QueueRole::result:
      return "result";
    case trace::QueueRole::error:
      return "error";
    case trace::QueueRole::stop:
      return "stop";
    case trace::QueueRole::other:
      break;
  }
  return "other";
}

// Words, each of them once.
class WordTable {
 public:
  // The number of a word; -1: it is empty.
  std::int64_t number_of(const std::string& word) {
    if (word.empty()) return trace::kNone;
    const auto [found, is_new] =
        numbers_.try_emplace(word, static_cast<std::int64_t>(list_.size()));
    if (is_new) list_.push_back(word);
    return found->second;
  }
  const std::vector<std::string>& list() const { return list_; }

 private:
  std::map<std::string, std::int64_t> numbers_;
  std::vector<std::string> list_;
};

class ReplayWriter {
 public:
  void add(const JudgedRun& run) {
    const RunRecord& record = run.record;
    const std::size_t shown = record.events.size() > kMostEvents || record.dropped_events > 0
                                  ? std::min(kEventsOfLongRun, record.events.size())
                                  : record.events.size();
    const std::size_t left_out = record.events.size() - shown + record.dropped_events;
    Json events = Json::array();
    std::int64_t last = 0;
    for (std::size_t i = 0; i < shown; ++i) {
      // Each actor reads the clock for itself, so one that was second may have read it first.
      const std::int64_t now =
          std::max(last, (record.events[i].t_ns - record.events.front().t_ns) / 1000);
      events.push_back(packed(record.events[i], now - last));
      last = now;
    }
    runs_.push_back({{"id", id_of(record)},
                     {"scenario", record.scenario},
                     {"subject", record.subject},
                     {"runtime", name_of(record.runtime)},
                     {"tasks", record.result.tally.submitted()},
                     {"workers", record.workers.size()},
                     {"verdict", name_of(record.verdict)},
                     {"words", verdict_text(record)},
                     {"queues", queues_of(record)},
                     {"events", std::move(events)},
                     {"left_out", left_out},
                     {"end", end_of(record)}});
  }

  Json json() const {
    Json sources = Json::object();
    for (const auto& source : pool_sources()) {
      const std::string file(source.first);
      const bool is_needed =
          std::any_of(places_.list().begin(), places_.list().end(),
                      [&](const std::string& place) { return place.starts_with(file + ":"); });
      if (is_needed) sources[file] = source.second;
    }
    return {{"kinds", kKinds},
            {"places", places_.list()},
            {"texts", texts_.list()},
            {"sources", std::move(sources)},
            {"runs", runs_}};
  }

 private:
  // Microseconds since the event before, actor, kind, queue, task, place, text. What is not there
  // is -1, and left out at the end.
  Json packed(const Event& event, std::int64_t since_last) {
    std::vector<std::int64_t> numbers{since_last,
                                      event.actor,
                                      static_cast<std::int64_t>(kind_of(event)),
                                      event.queue,
                                      event.task,
                                      places_.number_of(place_of(event.where)),
                                      texts_.number_of(words_of(event))};
    while (numbers.back() == trace::kNone) numbers.pop_back();
    return numbers;
  }

  // Without the values of results, which all differ.
  static std::string words_of(const Event& event) {
    const std::string_view text = event.text();
    const bool is_value = event.task != trace::kNone && event.queue != trace::kNone &&
                          text.find_first_not_of("-0123456789") == std::string_view::npos;
    return is_value ? "" : std::string(text);
  }

  static std::size_t kind_of(const Event& event) {
    const bool died =
        event.kind == EventKind::exit &&
        event.text() != Exit{.worker = event.actor, .how = Exit::How::returned}.describe();
    return died ? kKinds.size() - 1 : static_cast<std::size_t>(event.kind);
  }

  static Json queues_of(const RunRecord& record) {
    Json queues = Json::array();
    for (const QueueState& queue : record.queues) {
      queues.push_back({{"name", queue.name},
                        {"role", word_for(trace::role_of(queue.name))},
                        {"capacity", queue.capacity}});
    }
    return queues;
  }

  static Json end_of(const RunRecord& record) {
    Json depths = Json::array();
    for (const QueueState& queue : record.queues) {
      depths.push_back(queue.pushed - std::min(queue.pushed, queue.popped));
    }
    Json workers = Json::array();
    for (const WorkerState& worker : record.workers) workers.push_back(name_of(worker.state));
    Json waits = Json::array();
    for (const Wait& wait : record.waits) {
      Json wakers = Json::array();
      for (const Waker& waker : wait.could_be_woken_by) {
        wakers.push_back({{"actor", waker.actor}, {"state", name_of(waker.state)}});
      }
      waits.push_back({{"actor", wait.actor},
                       {"operation", name_of(wait.operation)},
                       {"queue", wait.queue},
                       {"place", wait.place},
                       {"wakers", std::move(wakers)}});
    }
    Json ledger = Json::array();
    for (const OutcomeKind kind : kOutcomeKinds) {
      const std::size_t count = record.result.tally[kind];
      if (count > 0) ledger.push_back({words_for(kind), count});
    }
    if (record.result.tally.missing() > 0) {
      ledger.push_back({"missing", record.result.tally.missing()});
    }
    Json ok = Json::array();
    for (const TaskResult& each : record.result.tasks) {
      if (each.outcome == OutcomeKind::ok) ok.push_back(each.task);
    }
    return {{"depths", std::move(depths)},
            {"workers", std::move(workers)},
            {"waits", std::move(waits)},
            {"ledger", std::move(ledger)},
            {"ok", std::move(ok)}};
  }

  WordTable places_;
  WordTable texts_;
  Json runs_ = Json::array();
};

}  // namespace

bool can_be_replayed(const JudgedRun& run) {
  return run.spec.subject->on_our_runtimes && !run.record.events.empty() &&
         !run.record.queues.empty();
}

std::string replay_data(const std::vector<JudgedRun>& runs) {
  ReplayWriter writer;
  for (const JudgedRun& run : runs) {
    if (can_be_replayed(run)) writer.add(run);
  }
  std::string text = writer.json().dump(-1, ' ', false, Json::error_handler_t::replace);
  for (std::size_t at = text.find('<'); at != std::string::npos; at = text.find('<', at)) {
    text.replace(at, 1, "\\u003c");
  }
  return text;
}

}  // namespace workbench::scenarios
