#include "scenarios/grade/answer.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <sys/random.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <set>
#include <stdexcept>
#include <system_error>
#include <utility>
#include <vector>

#include "core/failure.h"
#include "core/simulated/scheduler.h"
#include "scenarios/grade/confinement.h"
#include "scenarios/grade/kit/bench.h"

namespace workbench::scenarios {
namespace {

using trace::Event;
using trace::EventKind;

constexpr int kSeconds = 60;  // of processor time, for one run

template <class Function>
Function* entry_in(const std::filesystem::path& library) {
  void* loaded = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  void* entry = loaded == nullptr ? nullptr : dlsym(loaded, "workbench_answer");
  if (entry == nullptr) throw std::runtime_error("the answer cannot be loaded");
  return reinterpret_cast<Function*>(entry);
}

RunResult run_answer(const std::filesystem::path& library, AnswerForm form, const TestBed& bed) {
  if (form == AnswerForm::queue) {
    auto* entry = entry_in<void(std::unique_ptr<exercise::TaskQueue>&)>(library);
    return run_queue(
        [entry] {
          std::unique_ptr<exercise::TaskQueue> made;
          entry(made);
          return made;
        },
        bed);
  }
  auto* entry =
      entry_in<void(exercise::Bench&, std::size_t, int, std::vector<exercise::TaskReply>&)>(
          library);
  return run_pool(
      [entry](exercise::Bench& bench, std::size_t tasks, int workers) {
        std::vector<exercise::TaskReply> replies;
        entry(bench, tasks, workers, replies);
        return replies;
      },
      bed);
}

// Which tasks were done, and whether the caller has done one itself.
struct Work {
  std::set<std::int64_t> done{};
  bool by_caller = false;
};

Work work_in(const std::vector<Event>& events) {
  Work work;
  for (const Event& event : events) {
    if (event.kind == EventKind::done) work.done.insert(event.task);
    if (event.kind == EventKind::action && event.actor < 0) work.by_caller = true;
  }
  return work;
}

std::uint64_t deepest_of(const RunRecord& record) {
  std::uint64_t deepest = 0;
  for (const Event& event : record.events) {
    const bool is_push = event.kind == EventKind::push && event.queue >= 0;
    const auto queue = static_cast<std::size_t>(is_push ? event.queue : 0);
    if (!is_push || queue >= record.queues.size()) continue;
    if (record.queues[queue].capacity != 0 || record.queues[queue].name == "result_queue")
      deepest = std::max(deepest, event.depth);
  }
  return deepest;
}

// A failure that is reported with other words than its action has thrown. Empty: none is.
// `has_struck` says of a fault, by its number, whether it has.
template <class HasStruck>
std::string wrong_words(const Scenario& scenario, const std::vector<Failure>& failures,
                        const HasStruck& has_struck) {
  for (std::size_t i = 0; i < scenario.faults.size(); ++i) {
    const Fault& fault = scenario.faults[i];
    const bool throws = fault.kind == FaultKind::throw_standard && fault.at == Window::in_action;
    if (!throws || !fault.task || !has_struck(i)) continue;
    for (const Failure& failure : failures) {
      if (failure.task != fault.task) continue;
      if (failure.what.find(fault.message) != std::string::npos) continue;
      return fmt::format("task {}: its action has thrown '{}', but its error is '{}'", *fault.task,
                         fault.message, failure.what);
    }
  }
  return "";
}

}  // namespace

std::uint64_t draw_seal() {
  std::uint64_t seal = 0;
  if (getrandom(&seal, sizeof seal, 0) != static_cast<ssize_t>(sizeof seal)) {
    throw std::system_error(errno, std::generic_category(), "getrandom");
  }
  return seal | 1U;  // 0 is what a result has that nobody has sealed
}

Subject answer_as_subject(const std::filesystem::path& library, AnswerForm form,
                          std::uint64_t seal) {
  const auto run = [library, form, seal](const TestBed& bed) {
    RunResult result;
    try {
      result = run_answer(library, form, bed);
    } catch (const simulated::Unwind&) {
      throw;  // a simulated run is torn down
    } catch (...) {
      result = {.error = current_failure().headline()};
    }
    // Runs that end alike are looked at once. With this, one with wrong words ends otherwise.
    if (bed.runtime() == RuntimeKind::simulated && !result.error) {
      const auto has_struck = [&](std::size_t fault) { return bed.has_struck(fault); };
      std::string words = wrong_words(bed.scenario(), result.failures, has_struck);
      if (!words.empty()) result.error = std::move(words);
    }
    result.seal = seal;
    return result;
  };
  return {.name = std::string(kYours),
          .description = "what was handed in",
          .runtimes = {RuntimeKind::threads, RuntimeKind::processes},
          .on_our_runtimes = true,
          .run = run,
          .confine = [](int keep) { confine(keep, kSeconds); }};
}

void cross_check(const Claim& claim, std::uint64_t seal, JudgedRun& run) {
  const RunRecord& record = run.record;
  const bool returned = record.verdict == Verdict::completed ||
                        record.verdict == Verdict::reported || record.verdict == Verdict::stopped ||
                        record.verdict == Verdict::silent_loss;
  std::vector<std::string> found;
  if (returned && record.result.seal != seal) {
    found.emplace_back(
        "the process has ended without returning from `run`; what it wrote instead does not count");
  }
  const Work work = work_in(record.events);
  for (const TaskResult& each : record.result.tasks) {
    const auto task = static_cast<std::int64_t>(each.task);
    if (each.outcome != OutcomeKind::ok || work.done.contains(task)) continue;
    found.push_back(
        fmt::format("task {}: a value, but no worker has carried out its action", task));
    break;
  }
  const auto has_struck = [&](std::size_t fault) {
    return fault < record.faults.size() && record.faults[fault].struck > 0;
  };
  if (std::string words = wrong_words(claim.scenario, record.result.failures, has_struck);
      !words.empty()) {
    found.push_back(std::move(words));
  }
  if (work.by_caller)
    found.emplace_back("the caller carries out actions itself: leave them to the workers");
  if (const std::uint64_t deepest = deepest_of(record);
      claim.deepest > 0 && deepest > claim.deepest) {
    found.push_back(fmt::format("a queue held {} items; allowed: {}", deepest, claim.deepest));
  }
  if (found.empty()) return;
  run.differences.insert(run.differences.end(), found.begin(), found.end());
  run.mark = Mark::different;
}

}  // namespace workbench::scenarios
