#include "scenarios/kernel/look.h"

#include <algorithm>
#include <string_view>

namespace workbench::scenarios::kernel {
namespace {

// The text behind `key` in /proc/PID/status.
std::string_view field(std::string_view status, std::string_view key) {
  const std::size_t at = status.find(key);
  if (at == std::string_view::npos) return {};
  status.remove_prefix(at + key.size());
  status.remove_prefix(std::min(status.find_first_not_of(" \t"), status.size()));
  return status.substr(0, status.find('\n'));
}

std::string switches_in(std::string_view status) {
  return std::string(field(status, "\nvoluntary_ctxt_switches:")) + " " +
         std::string(field(status, "\nnonvoluntary_ctxt_switches:"));
}

char state_in(std::string_view status) {
  const std::string_view state = field(status, "\nState:");
  return state.empty() ? '?' : state.front();
}

}  // namespace

bool Look::waits_untimed() const {
  const auto waiting = call();
  return held_still && state == 'S' && waiting && waiting->waits_for() != WaitsFor::nothing;
}

std::optional<Look> look_at(pid_t process, pid_t thread) {
  const auto directory = directory_of(process) / "task" / std::to_string(thread);
  const std::string before = text_of(directory / "status");
  Look look{.process = process,
            .thread = thread,
            .command = std::string(field(before, "Name:")),
            .state = state_in(before),
            .switches = switches_in(before),
            .call_line = text_of(directory / "syscall")};
  const std::string after = text_of(directory / "status");
  look.held_still = state_in(after) == look.state && switches_in(after) == look.switches;
  const bool ended = before.empty() || after.empty() || look.state == 'Z' || look.state == 'X';
  return ended ? std::nullopt : std::optional(look);
}

std::vector<Look> look_at_all(const std::vector<pid_t>& processes) {
  std::vector<Look> looks;
  for (const pid_t process : processes) {
    for (const int thread : numbers_in(directory_of(process) / "task")) {
      auto look = look_at(process, thread);
      if (look) looks.push_back(*std::move(look));
    }
  }
  return looks;
}

}  // namespace workbench::scenarios::kernel
