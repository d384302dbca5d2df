#include "scenarios/run/run_spec.h"

#include <fmt/format.h>

#include <algorithm>

namespace workbench::scenarios {

const Expectation* RunSpec::expectation() const {
  if (const Expectation* own = scenario->expectation(subject->name, runtime)) return own;
  if (scenario->is_resized) return nullptr;
  const auto found = subject->expect.find(scenario->name);
  return found == subject->expect.end() ? nullptr : &found->second;
}

std::string RunSpec::command() const {
  const std::string how = schedule.empty() ? "" : " --schedule " + schedule;
  const std::string whence = subject->program ? " " + subject->program->brought_by : "";
  return fmt::format("workbench run {}{} --subject {} --runtime {}{}", scenario->words, whence,
                     subject->name, name_of(runtime), how);
}

std::vector<RunSpec> specs_of(const std::vector<Scenario>& scenarios,
                              const std::vector<std::string>& only) {
  const auto is_wanted = [&](const RunSpec& spec) {
    if (only.empty() && (spec.subject->program || spec.subject->only_by_name)) return false;
    if (only.empty() && spec.scenario->usage != Usage::plain) return spec.expectation() != nullptr;
    if (only.empty()) return spec.scenario->expect.empty() || spec.expectation() != nullptr;
    return std::find(only.begin(), only.end(), spec.subject->name) != only.end();
  };
  std::vector<RunSpec> specs;
  for (const Scenario& scenario : scenarios) {
    for (const Subject& subject : subjects()) {
      for (const RuntimeKind runtime : subject.runtimes) {
        const RunSpec spec{&scenario, &subject, runtime};
        if (is_wanted(spec)) specs.push_back(spec);
      }
    }
  }
  return specs;
}

}  // namespace workbench::scenarios
