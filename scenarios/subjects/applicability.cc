#include "scenarios/subjects/applicability.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "scenarios/subjects/outside/refusal.h"

namespace workbench::scenarios {
namespace {

template <class Value>
bool contains(const std::vector<Value>& all, Value one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

std::string why_not_in_window(const Fault& fault, const Subject& subject) {
  if (fault.at == Window::in_action) return "";
  if (!subject.program || !contains(subject.program->windows, fault.at)) {
    return fmt::format("a fault at {} cannot reach a pool of which we have the action alone",
                       name_of(fault.at));
  }
  if (fault.at == Window::starting && !refusal_library()) {
    return "the library that refuses a start is not beside this program";
  }
  return "";
}

std::string why_not(const Fault& fault, const Subject& subject) {
  if (std::string why = why_not_in_window(fault, subject); !why.empty()) return why;
  if ((fault.worker && fault.at != Window::starting) || fault.pop) {
    return "the workers of a pool that is not ours have no numbers, and its pops are not counted";
  }
  if (!subject.program) return "";
  const auto& hosts = subject.program->hosts;
  if (hosts.empty() || contains(hosts, fault.kind)) return "";
  return fmt::format("it cannot host a fault of kind {}", name_of(fault.kind));
}

}  // namespace

std::string why_not_applicable(const Scenario& scenario, const Subject& subject) {
  if (scenario.usage != Usage::plain && !contains(subject.usages, scenario.usage)) {
    return fmt::format("it is not used in this way: {}", name_of(scenario.usage));
  }
  if (subject.on_our_runtimes) return "";
  if (scenario.queue_capacity > 0) return "its queues are not ours to bound";
  if (scenario.runs > 1) return "it runs once";
  if (scenario.on_escape != OnEscape::end_worker) return "its threads are not ours";
  for (const Fault& fault : scenario.faults) {
    if (std::string why = why_not(fault, subject); !why.empty()) return why;
  }
  return "";
}

}  // namespace workbench::scenarios
