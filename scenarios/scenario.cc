#include "scenarios/scenario.h"

namespace workbench::scenarios {

const Expectation* Scenario::expectation(const std::string& subject,
                                         const std::string& runtime) const {
  auto found = expect.find(subject + "/" + runtime);
  if (found == expect.end()) found = expect.find(subject);
  return found == expect.end() ? nullptr : &found->second;
}

}  // namespace workbench::scenarios
