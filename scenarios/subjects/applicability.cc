#include "scenarios/subjects/applicability.h"

#include <fmt/format.h>

#include <algorithm>

namespace workbench::scenarios {
namespace {

std::string why_not(const Fault& fault, const Subject& subject) {
  if (fault.at != Window::in_action) {
    return fmt::format("a fault at {} cannot reach a pool of which we have the action alone",
                       name_of(fault.at));
  }
  if (fault.worker || fault.pop) {
    return "the workers of a pool that is not ours have no numbers, and its pops are not counted";
  }
  if (!subject.program) return "";
  const auto& hosts = subject.program->hosts;
  if (hosts.empty() || std::find(hosts.begin(), hosts.end(), fault.kind) != hosts.end()) return "";
  return fmt::format("it cannot host a fault of kind {}", name_of(fault.kind));
}

}  // namespace

std::string why_not_applicable(const Scenario& scenario, const Subject& subject) {
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
