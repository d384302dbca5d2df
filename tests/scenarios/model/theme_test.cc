// What a scenario teaches.
#include "scenarios/model/theme.h"

#include <gtest/gtest.h>

namespace workbench::scenarios {
namespace {

Scenario with(const Fault& fault) {
  Scenario scenario;
  scenario.faults = {fault};
  return scenario;
}

TEST(Theme, IsReadOffFaultsAndSizes) {
  EXPECT_EQ(theme_of({}), Theme::sunny_day);
  EXPECT_EQ(theme_of(with({.kind = FaultKind::throw_standard})), Theme::action_throws);
  EXPECT_EQ(theme_of(with({.kind = FaultKind::kill})), Theme::workers_die);
  EXPECT_EQ(theme_of(with({.kind = FaultKind::throw_standard, .at = Window::before_pop})),
            Theme::workers_die);
  EXPECT_EQ(theme_of(with({.kind = FaultKind::sleep_forever})), Theme::time_runs_out);
  EXPECT_EQ(theme_of(with({.kind = FaultKind::kill, .at = Window::feeding})), Theme::caller_is_hit);
  Scenario scenario;
  scenario.queue_capacity = 1;
  EXPECT_EQ(theme_of(scenario), Theme::queues_fill);
  scenario.usage = Usage::nested;
  EXPECT_EQ(theme_of(scenario), Theme::used_differently);
}

}  // namespace
}  // namespace workbench::scenarios
