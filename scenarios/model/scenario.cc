#include "scenarios/model/scenario.h"

namespace workbench::scenarios {

const Expectation* Scenario::expectation_of_runtime(const std::string& subject,
                                                    RuntimeKind runtime) const {
  const auto found = expect.find(subject + "/" + std::string(name_of(runtime)));
  return found == expect.end() ? nullptr : &found->second;
}

const Expectation* Scenario::expectation(const std::string& subject, RuntimeKind runtime) const {
  if (const Expectation* of_runtime = expectation_of_runtime(subject, runtime)) return of_runtime;
  const auto found = expect.find(subject);
  return found == expect.end() ? nullptr : &found->second;
}

}  // namespace workbench::scenarios
