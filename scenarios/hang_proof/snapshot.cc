#include "scenarios/hang_proof/snapshot.h"

#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>

namespace workbench::hang_proof {
namespace {

// The text after `key` in /proc/PID/status.
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

// After a stop, a `poll` goes on as `restart_syscall`, with the same arguments, and so do calls
// with a limit of time. It was a `poll` if the program has put that number into the register just
// before.
std::string without_restart(pid_t thread, std::string line) {
#if defined(__x86_64__)
  constexpr std::array<unsigned char, 7> kPoll{0xb8, SYS_poll, 0, 0, 0, 0x0f, 0x05};
  const std::string restart = std::to_string(SYS_restart_syscall) + " ";
  if (!line.starts_with(restart)) return line;
  const auto after = std::strtoull(line.c_str() + line.find_last_of(' '), nullptr, 16);
  std::array<unsigned char, kPoll.size()> code{};
  const bool read = read_memory(thread, after - code.size(), code.data(), code.size());
  if (read && code == kPoll) line.replace(0, restart.size(), std::to_string(SYS_poll) + " ");
#endif
  return line;
}

}  // namespace

bool ThreadSnapshot::waits_untimed() const {
  const auto waiting = call();
  return held_still && state == 'S' && waiting && waiting->waits_for() != WaitsFor::nothing;
}

std::optional<ThreadSnapshot> snapshot_of(pid_t process, pid_t thread) {
  const auto directory = directory_of(process) / "task" / std::to_string(thread);
  // Three files are read one after the other. If the thread was not switched between the first and
  // the last, all three describe the same moment.
  const std::string before = text_of(directory / "status");
  ThreadSnapshot snapshot{.process = process,
                          .thread = thread,
                          .command = std::string(field(before, "Name:")),
                          .state = state_in(before),
                          .switches = switches_in(before),
                          .call_line = without_restart(thread, text_of(directory / "syscall"))};
  const std::string after = text_of(directory / "status");
  // Who writes its memory to a file (core(5)) seems to be in the call that it was in before.
  // Whoever stops it then gets half a file.
  const bool is_writing = field(after, "\nCoreDumping:") == "1";
  snapshot.held_still =
      state_in(after) == snapshot.state && switches_in(after) == snapshot.switches && !is_writing;
  const bool ended =
      before.empty() || after.empty() || snapshot.state == 'Z' || snapshot.state == 'X';
  return ended ? std::nullopt : std::optional(snapshot);
}

bool has_run_since(const ThreadSnapshot& snapshot) {
  const std::string status =
      text_of(directory_of(snapshot.process) / "task" / std::to_string(snapshot.thread) / "status");
  return !snapshot.held_still || state_in(status) != snapshot.state ||
         switches_in(status) != snapshot.switches;
}

std::vector<ThreadSnapshot> snapshots_of(const std::vector<pid_t>& processes) {
  std::vector<ThreadSnapshot> snapshots;
  for (const pid_t process : processes) {
    for (const int thread : numbers_in(directory_of(process) / "task")) {
      auto snapshot = snapshot_of(process, thread);
      if (snapshot) snapshots.push_back(*std::move(snapshot));
    }
  }
  return snapshots;
}

}  // namespace workbench::hang_proof
