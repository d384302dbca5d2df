#include "scenarios/subjects/outside/refusal.h"

#include <fmt/format.h>

#include <cstdlib>
#include <string>
#include <system_error>

namespace workbench::scenarios {

namespace fs = std::filesystem;

std::optional<fs::path> refusal_library() {
  std::error_code error;
  const fs::path here = fs::read_symlink("/proc/self/exe", error).parent_path();
  for (const char* way : {".", "../scenarios", WORKBENCH_WAY_TO_LIBRARIES}) {
    const fs::path library = here / way / "workbench_refuse_start.so";
    if (!fs::exists(library, error)) continue;
    const fs::path whole = fs::canonical(library);
    // What stands between libraries in LD_PRELOAD cannot be in the name of one.
    if (whole.string().find_first_of(" :") == std::string::npos) return whole;
  }
  return std::nullopt;
}

void refuse_starts(const Scenario& scenario, RuntimeKind runtime) {
  std::string refusals;  // `index worker times;`, with -1 for every worker and for no limit
  for (std::size_t i = 0; i < scenario.faults.size(); ++i) {
    const Fault& fault = scenario.faults[i];
    if (fault.at != Window::starting) continue;
    const long times = fault.times ? static_cast<long>(*fault.times) : -1;
    refusals += fmt::format("{} {} {};", i, fault.worker ? long{*fault.worker} : -1, times);
  }
  const auto library = refusal_library();
  if (refusals.empty() || !library) return;
  setenv("WORKBENCH_REFUSALS", refusals.c_str(), /*overwrite=*/1);
  setenv("WORKBENCH_REFUSED", std::string(name_of(runtime)).c_str(), /*overwrite=*/1);
  const char* before = std::getenv("LD_PRELOAD");
  const std::string all = library->string() + (before == nullptr ? "" : std::string(":") + before);
  setenv("LD_PRELOAD", all.c_str(), /*overwrite=*/1);
}

}  // namespace workbench::scenarios
