#include "scenarios/model/theme.h"

#include <algorithm>

namespace workbench::scenarios {
namespace {

bool takes_time(const Fault& fault) {
  return fault.kind == FaultKind::slow || fault.kind == FaultKind::sleep_forever ||
         fault.kind == FaultKind::spin_forever;
}

bool throws_in_action(const Fault& fault) {
  return fault.at == Window::in_action &&
         (fault.kind == FaultKind::throw_standard || fault.kind == FaultKind::throw_nonstandard);
}

}  // namespace

Theme theme_of(const Scenario& scenario) {
  constexpr std::size_t kLarge = 1000;  // bytes of a result
  const auto any = [&](auto is) {
    return std::any_of(scenario.faults.begin(), scenario.faults.end(), is);
  };
  if (scenario.usage != Usage::plain) return Theme::used_differently;
  if (scenario.runs > 1 || any([](const Fault& fault) { return is_callers(fault.at); })) {
    return Theme::caller_is_hit;
  }
  if (any(takes_time)) return Theme::time_runs_out;
  const bool only_throws =
      std::all_of(scenario.faults.begin(), scenario.faults.end(), throws_in_action);
  if (!only_throws) return Theme::workers_die;
  if (scenario.queue_capacity > 0 || scenario.result_bytes >= kLarge) return Theme::queues_fill;
  return scenario.faults.empty() ? Theme::sunny_day : Theme::action_throws;
}

}  // namespace workbench::scenarios
