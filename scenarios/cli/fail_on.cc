#include "scenarios/cli/fail_on.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "scenarios/model/usage_error.h"

namespace workbench::scenarios {

void FailOn::add_to(CLI::App& command) {
  command
      .add_option("--fail-on", names_,
                  "end with 1 if a run has one of these verdicts: hang,crash,silent-loss,stuck")
      ->delimiter(',')
      ->allow_extra_args(false)  // or it would take the scenario behind it for a verdict
      ->option_text("VERDICT,...");
}

std::vector<Verdict> FailOn::verdicts() const {
  std::vector<Verdict> verdicts;
  for (const std::string& name : names_) {
    const auto verdict = named<Verdict>(name);
    if (!verdict) throw UsageError(unknown_name("verdict", name, all_names<Verdict>()));
    verdicts.push_back(*verdict);
  }
  return verdicts;
}

bool contains(const std::vector<Verdict>& verdicts, Verdict verdict) {
  return std::find(verdicts.begin(), verdicts.end(), verdict) != verdicts.end();
}

}  // namespace workbench::scenarios
