#include "scenarios/report/json.h"

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <string_view>

#include "core/exit.h"
#include "scenarios/model/event_names.h"

namespace workbench::scenarios {

template <>
struct Names<Exit::How> {
  static constexpr std::array all{
      std::pair{Exit::How::returned, std::string_view("returned")},
      std::pair{Exit::How::exception, std::string_view("exception")},
      std::pair{Exit::How::exit, std::string_view("exit")},
      std::pair{Exit::How::signal, std::string_view("signal")},
      std::pair{Exit::How::cancelled, std::string_view("cancelled")},
      std::pair{Exit::How::unknown, std::string_view("unknown")},
      std::pair{Exit::How::not_started, std::string_view("not_started")},
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
  for (const OutcomeKind kind : kOutcomeKinds) {
    const auto count = expectation.counts.find(kind);
    if (count != expectation.counts.end()) json[std::string(name_of(kind))] = count->second;
  }
  if (expectation.missing) json["missing"] = *expectation.missing;
  if (!expectation.why.empty()) json["why"] = expectation.why;
  return json;
}

Json or_null_if_empty(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json wait_json(const Wait& wait) {
  Json wakers = Json::array();
  for (const Waker& waker : wait.could_be_woken_by) {
    wakers.push_back({{"actor", trace::actor_name(waker.actor)}, {"state", name_of(waker.state)}});
  }
  return {{"actor", trace::actor_name(wait.actor)},
          {"operation", name_of(wait.operation)},
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

Json ledger_json(const Tally& tally) {
  Json json{{"submitted", tally.submitted()}};
  for (const OutcomeKind kind : kOutcomeKinds) json[std::string(name_of(kind))] = tally[kind];
  json["missing"] = tally.missing();
  return json;
}

Json failure_json(const Failure& failure) {
  return {{"task", or_null(failure.task)}, {"worker", or_null(failure.worker)},
          {"type", failure.type},          {"what", failure.what},
          {"cause", failure.cause},        {"trace", failure.trace()}};
}

Json exit_json(const Exit& exit) {
  Json json{{"worker", exit.worker}, {"how", name_of(exit.how)}};
  json["signal"] = exit.how == Exit::How::signal ? Json(signal_name(exit.signal)) : Json(nullptr);
  json["code"] = exit.how == Exit::How::exit ? Json(exit.code) : Json(nullptr);
  return json;
}

Json wait_json(const hang_proof::WaitOfThread& wait) {
  if (wait.kind.empty()) return nullptr;  // it runs
  Json by = Json::array();
  for (const hang_proof::Opposite& each : wait.by) {
    by.push_back({{"process", each.process},
                  {"thread", each.thread == 0 ? Json(nullptr) : Json(each.thread)},
                  {"command", each.command},
                  {"descriptor", each.fd < 0 ? Json(nullptr) : Json(each.fd)}});
  }
  return {{"kind", wait.kind},
          {"object", wait.object},
          {"descriptor", wait.fd < 0 ? Json(nullptr) : Json(wait.fd)},
          {"owner", std::move(by)}};
}

Json stack_json(const std::map<pid_t, stacks::StackLines>& all, pid_t thread) {
  const auto found = all.find(thread);
  if (found == all.end()) return nullptr;
  Json lines = Json::array();
  for (const stacks::StackLine& line : found->second) lines.push_back(line.text);
  return lines;
}

Json threads_json(const Scene& scene) {
  Json threads = Json::array();
  for (std::size_t i = 0; i < scene.waits.size(); ++i) {
    const hang_proof::ThreadSnapshot& snapshot = scene.finding.snapshots[i];
    const hang_proof::WaitOfThread& wait = scene.waits[i];
    const auto call = snapshot.call();
    threads.push_back({{"process", snapshot.process},
                       {"thread", snapshot.thread},
                       {"command", snapshot.command},
                       {"state", std::string(1, snapshot.state)},
                       {"call", call ? call->name() : "running"},
                       {"timed", wait.timed},
                       {"waits_for", wait_json(wait)},
                       {"stack", stack_json(scene.stacks, snapshot.thread)},
                       {"script_stack", stack_json(scene.script_stacks, snapshot.thread)}});
  }
  return threads;
}

template <class T, class ToJson>
Json list(const std::vector<T>& items, ToJson one) {
  Json json = Json::array();
  for (const T& item : items) json.push_back(one(item));
  return json;
}

// The faults of the scenario, and how often each has struck. (A simulated run does not count.)
Json faults_json(const JudgedRun& run) {
  Json faults = Json::array();
  const auto& counts = run.record.faults;
  for (std::size_t i = 0; i < run.spec.scenario->faults.size(); ++i) {
    const Fault& fault = run.spec.scenario->faults[i];
    faults.push_back({{"kind", name_of(fault.kind)},
                      {"at", name_of(fault.at)},
                      {"worker", or_null(fault.worker)},
                      {"task", or_null(fault.task)},
                      {"struck", i < counts.size() ? Json(counts[i].struck) : Json(nullptr)}});
  }
  return faults;
}

}  // namespace

std::string as_text(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

Json to_json(const JudgedRun& run) {
  const RunRecord& record = run.record;
  const Expectation* expectation = run.expectation();
  const bool judged = expectation != nullptr;
  Json exits = Json::array();
  for (const WorkerState& worker : record.workers) {
    if (worker.exit) exits.push_back(exit_json(*worker.exit));
  }
  Json json{{"schema_version", 1},       {"scenario", record.scenario},
            {"subject", record.subject}, {"runtime", name_of(record.runtime)},
            {"seed", record.seed},       {"verdict", name_of(record.verdict)}};
  json["expected"] = judged ? expectation_json(*expectation) : Json(nullptr);
  json["as_expected"] = judged ? Json(!run.is_different()) : Json(nullptr);
  json["hang"] = hang_json(record);
  json["error"] = or_null(record.result.error);
  json["ledger"] = ledger_json(record.result.tally);
  json["results"] = list(record.result.tasks, [](const TaskResult& result) {
    return Json{{"task", result.task},
                {"outcome", name_of(result.outcome)},
                {"value", or_null(result.value)}};
  });
  json["failures"] = list(record.result.failures, failure_json);
  json["exits"] = std::move(exits);
  json["faults"] = faults_json(run);
  json["begun_again"] = record.begun_again;
  json["mistakes"] = record.mistakes;
  json["why_not_applicable"] = or_null_if_empty(record.why_not_applicable);
  json["why_alive"] = or_null_if_empty(record.why_alive);
  json["threads"] = list(record.threads, [](const ThreadState& thread) {
    return Json{{"process", thread.process},
                {"thread", thread.thread},
                {"command", thread.command},
                {"call", or_null(thread.call)},
                {"waits_for", or_null_if_empty(thread.waits_for)},
                {"stack", thread.stack}};
  });
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
                  const auto add = [&](const std::string& subject, RuntimeKind runtime,
                                       const Expectation* expectation) {
                    if (expectation == nullptr) return;
                    Json each{{"subject", subject}, {"runtime", name_of(runtime)}};
                    each.update(expectation_json(*expectation));
                    expected.push_back(std::move(each));
                  };
                  for (const Subject& subject : subjects) {
                    for (const RuntimeKind runtime : subject.runtimes) {
                      add(subject.name, runtime, scenario.expectation(subject.name, runtime));
                    }
                    // Of simulated runs, list only what the file says expressly about them.
                    const auto simulated = RuntimeKind::simulated;
                    add(subject.name, simulated,
                        scenario.expectation_of_runtime(subject.name, simulated));
                  }
                  return Json{{"name", scenario.name},       {"title", scenario.title},
                              {"why", scenario.why},         {"tasks", scenario.tasks},
                              {"workers", scenario.workers}, {"expect", std::move(expected)}};
                })},
          {"subjects", list(subjects, [](const Subject& subject) {
             return Json{{"name", subject.name},
                         {"description", subject.description},
                         {"runtimes", list(subject.runtimes, [](RuntimeKind runtime) {
                            return Json(name_of(runtime));
                          })}};
           })}};
}

Json to_json(const ProgramSpec& spec, const ProgramRecord& record) {
  const bool hangs = record.verdict == ProgramVerdict::hang;
  const bool could_go_on =
      record.verdict == ProgramVerdict::stuck || record.verdict == ProgramVerdict::idle;
  Json threads = Json::array();
  if (hangs || could_go_on) threads = threads_json(record.scene);
  const auto& [code, signal] = record.end;
  Json unflushed = Json::array();
  for (const auto& [process, text] : record.scene.unflushed) {
    unflushed.push_back({{"process", process}, {"text", text}});
  }
  return {
      {"schema_version", 1},
      {"command", spec.command},
      {"pid", spec.pid == 0 ? Json(nullptr) : Json(spec.pid)},
      {"verdict", name_of(record.verdict)},
      {"exit_code", or_null(code)},
      {"signal", signal ? Json(signal_name(*signal)) : Json(nullptr)},
      {"hang",
       hangs ? Json{{"proof", name_of(Proof::proved)}, {"assumptions", hang_proof::kAssumptions}}
             : Json(nullptr)},
      {"first_cause", hangs || could_go_on ? or_null_if_empty(first_cause(record)) : Json(nullptr)},
      {"ended", list(record.ended,
                     [](const EndedProcess& each) {
                       return Json{{"process", each.process},
                                   {"command", each.command},
                                   {"exit_code", or_null(each.end.code)},
                                   {"signal", each.end.signal ? Json(signal_name(*each.end.signal))
                                                              : Json(nullptr)}};
                     })},
      {"circular_wait", or_null_if_empty(record.scene.circle())},
      {"why_alive", could_go_on ? Json(record.scene.finding.why) : Json(nullptr)},
      {"wakers", record.scene.wakers},
      {"leaked_processes", std::max(record.left_behind, record.defiant.size())},
      {"threads", std::move(threads)},
      {"tools",
       list(record.scene.tool_reports,
            [](const stacks::ToolReport& each) {
              return Json{{"tool", each.tool}, {"process", each.process}, {"lines", each.lines}};
            })},
      {"unflushed", std::move(unflushed)},
      {"cores", record.cores},
      {"elapsed_ms", record.elapsed_ms}};
}

Json to_json(const ProgramSpec& spec, const std::exception& error) {
  Json object = to_json(spec, ProgramRecord{.verdict = ProgramVerdict::crash});
  object["error"] = error.what();
  return object;
}

namespace {

Json to_json(const TurningPoint& point) {
  return {{"before", point.before.empty() ? Json() : Json(point.before)},
          {"here", point.here},
          {"there", point.there},
          {"schedule", point.good.spec.schedule},
          {"outcome", describe(point.good.record)}};
}

}  // namespace

Json to_json(const RunSpec& spec, const SearchRequest& request, const ExploredScenario& explored) {
  std::map<std::string, std::size_t> verdicts;
  Json each = Json::array();
  Json unexpected = Json::array();
  for (const auto& [outcome, count, run, turning_point] : explored.outcomes) {
    verdicts[std::string(name_of(run.record.verdict))] += count;
    each.push_back({{"outcome", outcome},
                    {"verdict", name_of(run.record.verdict)},
                    {"schedules", count},
                    {"schedule", run.spec.schedule}});
    if (!run.is_different()) continue;
    unexpected.push_back({{"outcome", outcome},
                          {"verdict", name_of(run.record.verdict)},
                          {"schedule", run.spec.schedule},
                          {"turning_point", turning_point ? to_json(*turning_point) : Json()}});
  }
  const auto& [early, spurious, faults, steps] = request.how.scheduler;
  const auto& exploration = explored.exploration;
  const bool at_random = request.random > 0;
  const bool judged = spec.expectation() != nullptr;
  return {{"schema_version", 1},
          {"scenario", spec.scenario->name},
          {"subject", spec.subject->name},
          {"workers", spec.scenario->workers},
          {"tasks", spec.scenario->tasks},
          {"search", at_random ? "random" : name_of(request.how.search)},
          {"seed", at_random ? Json(request.seed) : Json(nullptr)},
          {"early_timeouts", early},
          {"spurious_wakeups", spurious},
          {"faults", faults},
          {"schedules", exploration.schedules},
          {"pruned", exploration.pruned},
          {"depth", exploration.depth},
          {"complete", exploration.complete},
          {"outcomes", verdicts},
          {"each_outcome", each},
          {"as_expected", judged ? Json(unexpected.empty()) : Json(nullptr)},
          {"unexpected", unexpected},
          {"elapsed_ms", explored.elapsed_ms}};
}

void write_trace(const RunRecord& record, std::ostream& out) {
  for (const trace::Event& event : record.events) {
    const bool has_queue = event.queue != trace::kNone;
    Json json{
        {"seq", event.seq},
        {"t_ns", event.t_ns},
        {"actor", trace::actor_name(event.actor)},
        {"kind", name_of(event.kind)},
        {"queue", has_queue ? Json(record.queues.at(static_cast<std::size_t>(event.queue)).name)
                            : Json(nullptr)},
        {"depth", has_queue ? Json(event.depth) : Json(nullptr)},
        {"task", event.task == trace::kNone ? Json(nullptr) : Json(event.task)},
        {"detail", event.text()}};
    if (event.where.file != nullptr) json["place"] = place_of(event.where);
    out << json.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
  }
}

}  // namespace workbench::scenarios
