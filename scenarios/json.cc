#include "scenarios/json.h"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <string_view>

#include "scenarios/judge.h"

namespace workbench::scenarios {

template <>
struct Names<Exit::How> {
  static constexpr std::array all{
      std::pair{Exit::How::returned, std::string_view("returned")},
      std::pair{Exit::How::exception, std::string_view("exception")},
      std::pair{Exit::How::exit, std::string_view("exit")},
      std::pair{Exit::How::signal, std::string_view("signal")},
      std::pair{Exit::How::not_started, std::string_view("not_started")},
  };
};

template <>
struct Names<trace::Kind> {
  static constexpr std::array all{
      std::pair{trace::Kind::start, std::string_view("start")},
      std::pair{trace::Kind::push, std::string_view("push")},
      std::pair{trace::Kind::pop, std::string_view("pop")},
      std::pair{trace::Kind::block, std::string_view("block")},
      std::pair{trace::Kind::wake, std::string_view("wake")},
      std::pair{trace::Kind::action, std::string_view("action")},
      std::pair{trace::Kind::done, std::string_view("done")},
      std::pair{trace::Kind::raise, std::string_view("throw")},
      std::pair{trace::Kind::pill, std::string_view("pill")},
      std::pair{trace::Kind::stop, std::string_view("stop")},
      std::pair{trace::Kind::exit, std::string_view("exit")},
      std::pair{trace::Kind::join, std::string_view("join")},
      std::pair{trace::Kind::verdict, std::string_view("verdict")},
  };
};

namespace {

using Json = nlohmann::ordered_json;

template <class Value>
Json or_null(const std::optional<Value>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json expectation_json(const Expectation& expectation) {
  Json json{{"verdict", name_of(expectation.verdict)}};
  if (expectation.hang) json["hang"] = name_of(*expectation.hang);
  const auto add = [&](const char* key, const std::optional<std::size_t>& count) {
    if (count) json[key] = *count;
  };
  add("ok", expectation.ok);
  add("failed", expectation.failed);
  add("lost", expectation.lost);
  add("timed_out", expectation.timed_out);
  add("not_started", expectation.not_started);
  add("missing", expectation.missing);
  return json;
}

Json wait_json(const Wait& wait) {
  Json wakers = Json::array();
  for (const Waker& waker : wait.could_be_woken_by) {
    wakers.push_back({{"actor", waker.actor}, {"state", waker.state}});
  }
  return {{"actor", wait.actor},
          {"operation", wait.operation},
          {"queue", wait.queue.empty() ? Json(nullptr) : Json(wait.queue)},
          {"place", wait.place},
          {"could_be_woken_by", std::move(wakers)}};
}

Json hang_json(const RunRecord& record) {
  const auto& hang = record.hang;
  if (!hang) return nullptr;
  Json waits = Json::array();
  for (const Wait& wait : record.waits) waits.push_back(wait_json(wait));
  return {{"kind", hang->kind ? Json(name_of(*hang->kind)) : Json(nullptr)},
          {"proof", name_of(hang->proof)},
          {"waits", std::move(waits)}};
}

Json ledger_json(const Ledger& ledger) {
  return {{"submitted", ledger.submitted}, {"ok", ledger.ok},
          {"failed", ledger.failed},       {"lost", ledger.lost},
          {"timed_out", ledger.timed_out}, {"not_started", ledger.not_started},
          {"missing", ledger.missing}};
}

Json failure_json(const Failure& failure) {
  return {{"task", or_null(failure.task)},
          {"worker", or_null(failure.worker)},
          {"type", failure.type},
          {"what", failure.what},
          {"trace", failure.trace()}};
}

Json exit_json(const Exit& exit) {
  Json json{{"worker", exit.worker}, {"how", name_of(exit.how)}};
  json["signal"] = exit.how == Exit::How::signal ? Json(signal_name(exit.signal)) : Json(nullptr);
  json["code"] = exit.how == Exit::How::exit ? Json(exit.code) : Json(nullptr);
  return json;
}

std::string actor_name(std::int32_t actor) {
  if (actor == trace::kCaller) return "caller";
  return actor == trace::kWatchdog ? "watchdog" : fmt::format("worker-{}", actor);
}

template <class T, class ToJson>
Json list(const std::vector<T>& items, ToJson one) {
  Json json = Json::array();
  for (const T& item : items) json.push_back(one(item));
  return json;
}

}  // namespace

Json to_json(const RunRecord& record, const Expectation* expectation) {
  const bool judged = expectation != nullptr;
  Json exits = Json::array();
  for (const WorkerState& worker : record.workers) {
    if (worker.exit) exits.push_back(exit_json(*worker.exit));
  }
  Json json{{"schema_version", 1},       {"scenario", record.scenario},
            {"subject", record.subject}, {"runtime", record.runtime},
            {"seed", record.seed},       {"verdict", name_of(record.verdict)}};
  json["expected"] = judged ? expectation_json(*expectation) : Json(nullptr);
  json["as_expected"] = judged ? Json(differences(record, *expectation).empty()) : Json(nullptr);
  json["hang"] = hang_json(record);
  json["error"] = or_null(record.account.error);
  json["ledger"] = ledger_json(record.account.ledger);
  json["results"] = list(record.account.results, [](const TaskResult& result) {
    return Json{
        {"task", result.task}, {"outcome", result.outcome}, {"value", or_null(result.value)}};
  });
  json["failures"] = list(record.account.failures, failure_json);
  json["exits"] = std::move(exits);
  json["leaked_processes"] = record.leaked_processes;
  json["elapsed_ms"] = record.elapsed_ms;
  json["verdict_ms"] = record.verdict_ms;
  return json;
}

Json to_json(const std::vector<Scenario>& scenarios, const std::vector<Subject>& subjects) {
  return {{"schema_version", 1},
          {"scenarios",
           list(scenarios,
                [&](const Scenario& scenario) {
                  Json expected = Json::array();
                  const auto add = [&](const std::string& subject, const std::string& runtime,
                                       const Expectation* expectation) {
                    if (expectation == nullptr) return;
                    Json each{{"subject", subject}, {"runtime", runtime}};
                    each.update(expectation_json(*expectation));
                    expected.push_back(std::move(each));
                  };
                  for (const Subject& subject : subjects) {
                    for (const std::string& runtime : subject.runtimes) {
                      add(subject.name, runtime, scenario.expectation(subject.name, runtime));
                    }
                    // Of a simulated run only what the file says of it in so many words.
                    const auto simulated = scenario.expect.find(subject.name + "/" + kSimulated);
                    if (simulated != scenario.expect.end()) {
                      add(subject.name, kSimulated, &simulated->second);
                    }
                  }
                  return Json{{"name", scenario.name},       {"title", scenario.title},
                              {"why", scenario.why},         {"tasks", scenario.tasks},
                              {"workers", scenario.workers}, {"expect", std::move(expected)}};
                })},
          {"subjects", list(subjects, [](const Subject& subject) {
             return Json{{"name", subject.name},
                         {"description", subject.description},
                         {"runtimes", subject.runtimes}};
           })}};
}

void write_trace(const RunRecord& record, std::ostream& out) {
  for (const trace::Event& event : record.events) {
    const bool has_queue = event.queue != trace::kNone;
    const Json json{
        {"seq", event.seq},
        {"t_ns", event.t_ns},
        {"actor", actor_name(event.actor)},
        {"kind", name_of(event.kind)},
        {"queue", has_queue ? Json(record.queues.at(static_cast<std::size_t>(event.queue)).name)
                            : Json(nullptr)},
        {"depth", has_queue ? Json(event.depth) : Json(nullptr)},
        {"task", event.task == trace::kNone ? Json(nullptr) : Json(event.task)},
        {"detail", event.text()}};
    out << json.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
  }
}

}  // namespace workbench::scenarios
