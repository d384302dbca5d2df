#include "scenarios/report/subject_summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <tuple>
#include <utility>

namespace workbench::scenarios {
namespace {

struct Summary {
  std::string subject;
  std::size_t runs = 0;
  std::size_t survives = 0;  // returns and accounts for every task, or throws at its caller
  std::size_t hangs = 0;
  std::size_t stuck = 0;
  std::size_t hides = 0;  // an action has thrown, and nobody was told
  std::size_t loses = 0;
  std::size_t dies = 0;
  std::size_t told = 0;          // runs in which an error was told
  std::size_t message_kept = 0;  // with its message
  std::size_t typed = 0;         // runs in which an error was told with a type
  std::size_t type_kept = 0;     // with the one that was thrown

  auto badness() const { return std::tuple(hangs + stuck, hides, loses, dies); }
};

bool throws(const Fault& fault) {
  return fault.kind == FaultKind::throw_standard || fault.kind == FaultKind::throw_nonstandard;
}

bool is_told(const RunResult& result) {
  return result.error.has_value() || !result.failures.empty();
}

// What an action throws, in the language of the pool; empty: it is not known.
std::string_view type_thrown(const Subject& subject) {
  if (!subject.program) return "std::runtime_error";
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kTypes{{
      {"C++", "std::runtime_error"},
      {"Java", "java.lang.RuntimeException"},
      {"JavaScript", "Error"},
      {"Python", "RuntimeError"},
  }};
  const auto* found = std::find_if(kTypes.begin(), kTypes.end(), [&](const auto& each) {
    return each.first == subject.program->language;
  });
  return found == kTypes.end() ? "" : found->second;
}

void count_type(const JudgedRun& run, Summary& summary) {
  const std::string_view thrown = type_thrown(*run.spec.subject);
  const auto& failures = run.record.result.failures;
  const auto any = [&](auto is) { return std::any_of(failures.begin(), failures.end(), is); };
  if (thrown.empty() || !any([](const Failure& each) { return !each.type.empty(); })) return;
  ++summary.typed;
  if (any([&](const Failure& each) { return each.type == thrown; })) ++summary.type_kept;
}

bool has_message(const RunResult& result, const std::string& message) {
  return (result.error && result.error->find(message) != std::string::npos) ||
         std::any_of(result.failures.begin(), result.failures.end(), [&](const Failure& failure) {
           return failure.what.find(message) != std::string::npos;
         });
}

void count_errors(const JudgedRun& run, Summary& summary) {
  const auto& faults = run.spec.scenario->faults;
  for (std::size_t i = 0; i < faults.size(); ++i) {
    const bool struck = i < run.record.faults.size() && run.record.faults[i].struck > 0;
    if (!struck || !throws(faults[i]) || faults[i].at != Window::in_action) continue;
    const RunResult& result = run.record.result;
    const bool is_over = run.record.verdict != Verdict::hang &&
                         run.record.verdict != Verdict::stuck &&
                         run.record.verdict != Verdict::crash;
    if (is_over && !is_told(result)) ++summary.hides;
    if (!is_told(result) || faults[i].kind != FaultKind::throw_standard) continue;
    ++summary.told;
    if (has_message(result, faults[i].message)) ++summary.message_kept;
    count_type(run, summary);
  }
}

void count(const JudgedRun& run, Summary& summary) {
  if (says_nothing_of_pool(run.record.verdict)) return;
  ++summary.runs;
  switch (run.record.verdict) {
    case Verdict::hang:
      ++summary.hangs;
      break;
    case Verdict::stuck:
      ++summary.stuck;
      break;
    case Verdict::silent_loss:
      ++summary.loses;
      break;
    case Verdict::crash:
      ++summary.dies;
      break;
    default:
      ++summary.survives;
      break;
  }
  count_errors(run, summary);
}

std::string kept(std::size_t count, std::size_t of) {
  if (of == 0) return "-";
  if (count == of) return "yes";
  return count == 0 ? "no" : fmt::format("{} of {}", count, of);
}

}  // namespace

std::string subject_summary(const std::vector<JudgedRun>& runs, const Palette& palette) {
  std::vector<Summary> all;
  for (const JudgedRun& run : runs) {
    const std::string name =
        run.spec.subject->runtimes.size() == 1
            ? run.spec.subject->name
            : fmt::format("{}/{}", run.spec.subject->name, name_of(run.spec.runtime));
    auto found = std::find_if(all.begin(), all.end(),
                              [&](const Summary& each) { return each.subject == name; });
    if (found == all.end()) found = all.insert(found, {.subject = name});
    count(run, *found);
  }
  std::stable_sort(all.begin(), all.end(), [](const Summary& left, const Summary& right) {
    return left.badness() > right.badness();
  });
  std::size_t width = std::string_view("subject").size();
  for (const Summary& each : all) width = std::max(width, each.subject.size());
  std::string text = palette.strong(fmt::format(
      "{:<{}} {:>4} {:>8} {:>5} {:>5} {:>5} {:>5} {:>4}  {:<12} {}\n", "subject", width, "runs",
      "survives", "hangs", "stuck", "hides", "loses", "dies", "message kept", "type kept"));
  for (const Summary& each : all) {
    text += fmt::format("{:<{}} {:>4} {:>8} {:>5} {:>5} {:>5} {:>5} {:>4}  {:<12} {}\n",
                        each.subject, width, each.runs, each.survives, each.hangs, each.stuck,
                        each.hides, each.loses, each.dies, kept(each.message_kept, each.told),
                        kept(each.type_kept, each.typed));
  }
  return text;
}

}  // namespace workbench::scenarios
