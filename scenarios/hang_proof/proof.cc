#include "scenarios/hang_proof/proof.h"

#include <sys/syscall.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "core/exit.h"
#include "scenarios/hang_proof/wakers.h"

namespace workbench::hang_proof {
namespace {

// Does the process use the same numbers for its system calls as we do? A program for 32 bits on a
// system of 64 bits does not.
bool speaks_our_calls(pid_t process) {
  constexpr std::size_t kClass = 4;  // this byte of an ELF file is 1 for 32 bits, 2 for 64 bits
  std::ifstream theirs(directory_of(living_thread_of(process)) / "exe", std::ios::binary);
  std::ifstream ours("/proc/self/exe", std::ios::binary);
  char their_class = 0;
  char our_class = 0;
  return theirs.seekg(kClass).get(their_class) && ours.seekg(kClass).get(our_class) &&
         their_class == our_class;
}

// The program catches this signal. Could somebody outside send it, in order to wake the program?
bool comes_from_outside(int signal) {
  switch (signal) {
    case SIGINT:   // every Python program catches it: none could be proved to hang
    case SIGCHLD:  // sent by its children, and by what it traces (see signals_of)
    case SIGPIPE:  // these are caused by what a thread does itself
    case SIGXFSZ:
    case SIGXCPU:
    case SIGSEGV:
    case SIGBUS:
    case SIGFPE:
    case SIGILL:
    case SIGTRAP:
    case SIGSYS:
    case SIGABRT:
      return false;
    default:
      return signal < __SIGRTMIN || signal >= SIGRTMIN;  // the C library uses those between
  }
}

WakerReach outside(std::string why) { return {WakerReach::Kind::outside, std::move(why)}; }
WakerReach unreadable(std::string why) { return {WakerReach::Kind::unreadable, std::move(why)}; }

// Could a signal that the process catches end one of its waits? An alarm also ends in a signal.
WakerReach signals_of(pid_t process, const Outside& outsiders) {
  const std::string word = word_behind(text_of(directory_of(process) / "status"), "SigCgt:");
  if (word.empty()) return unreadable("its signals cannot be read");
  const std::uint64_t caught = std::strtoull(word.c_str(), nullptr, 16);
  const auto catches = [&](int signal) { return (caught >> (signal - 1) & 1) != 0; };
  for (const int alarm : {SIGALRM, SIGVTALRM, SIGPROF}) {
    if (catches(alarm)) return outside("it may have set an alarm");
  }
  for (int signal = 1; signal <= SIGRTMAX; ++signal) {
    if (!catches(signal) || !comes_from_outside(signal)) continue;
    return outside("it catches " + signal_name(signal) + ", which anybody may send");
  }
  return catches(SIGCHLD) ? outsiders.tracees() : WakerReach{};
}

// With io_uring or AIO the kernel works for a process in the background. While every thread of the
// process sleeps, the kernel may signal an eventfd, write to a pipe or wake a futex.
WakerReach rings_of(pid_t process) {
  const pid_t thread = living_thread_of(process);
  const std::string mapped = text_of(directory_of(thread) / "maps");
  if (mapped.empty()) return unreadable("its memory map cannot be read");
  constexpr const char* kRing = "anon_inode:[io_uring]";
  const auto fds = numbers_in(directory_of(thread) / "fd");
  const bool has_ring =
      mapped.find(kRing) != std::string::npos ||
      std::any_of(fds.begin(), fds.end(), [&](int fd) { return object_of(thread, fd) == kRing; });
  if (has_ring) return outside("it has an io_uring, which acts for it");
  const bool has_aio = mapped.find("/[aio]") != std::string::npos;
  return has_aio ? outside("the kernel reads and writes for it (io_setup)") : WakerReach{};
}

WakerReach timers_of(pid_t process) {
  const auto timers = directory_of(process) / "timers";
  if (!std::filesystem::exists(timers)) return unreadable("its timers cannot be read");
  return text_of(timers).empty() ? WakerReach{} : outside("it has a timer");
}

std::string name_of(const ThreadSnapshot& snapshot) {
  return snapshot.command + " (" + std::to_string(snapshot.thread) + ")";
}

// What speaks against a hang in the snapshots alone: first of all a thread that is alive, then a
// thread whose system call cannot be read. Empty: every thread waits without a limit.
std::optional<Finding> objection(const std::vector<ThreadSnapshot>& snapshots) {
  if (snapshots.empty()) return Finding{.why = "nothing is left of it"};
  const auto alive =
      std::find_if(snapshots.begin(), snapshots.end(), [](const ThreadSnapshot& snapshot) {
        return snapshot.state != 'S' || !snapshot.held_still ||
               (!snapshot.call_line.empty() && !snapshot.waits_untimed());
      });
  if (alive != snapshots.end()) {
    const auto call = alive->call();
    const std::string what = alive->state == 'T' || alive->state == 't' ? "is stopped"
                             : alive->state == 'S' && call              ? "is in " + call->name()
                                                                        : "runs";
    return Finding{.why = name_of(*alive) + " " + what};
  }
  const auto hidden =
      std::find_if(snapshots.begin(), snapshots.end(),
                   [](const ThreadSnapshot& snapshot) { return snapshot.call_line.empty(); });
  if (hidden == snapshots.end()) return std::nullopt;
  return Finding{Finding::Kind::unreadable, name_of(*hidden) + ": its call cannot be read"};
}

// What could end the waits although all threads sleep: timers, signals, io_uring, processes outside
// the tree. One such thing is enough to say `alive`. Something that cannot be read is only
// remembered, because a later check may still say `alive`.
std::optional<Finding> objection_from_outside(const std::vector<pid_t>& processes,
                                              const std::vector<ThreadSnapshot>& snapshots) {
  std::optional<Finding> unreadable;
  const auto weigh = [&](const WakerReach& reach,
                         const std::string& who) -> std::optional<Finding> {
    if (reach.inside()) return std::nullopt;
    if (reach.kind == WakerReach::Kind::outside) return Finding{.why = who + ": " + reach.why};
    unreadable = Finding{Finding::Kind::unreadable, who + ": " + reach.why};
    return std::nullopt;
  };
  const Outside outsiders(processes);
  for (const pid_t process : processes) {
    const std::string who = "process " + std::to_string(process);
    for (const WakerReach& reach :
         {timers_of(process), signals_of(process, outsiders), rings_of(process)}) {
      if (auto found = weigh(reach, who)) return found;
    }
    if (!speaks_our_calls(process)) {
      unreadable = Finding{Finding::Kind::unreadable, who + ": not a program of this architecture"};
    }
  }
  for (const ThreadSnapshot& snapshot : snapshots) {
    if (snapshot.call_line.empty()) continue;
    if (auto found = weigh(outsiders.reach_of(snapshot), name_of(snapshot))) return found;
  }
  return unreadable;
}

// The proof: two passes over all threads, and between them the question who could end the waits.
Finding prove(const Tree& tree) {
  const auto processes = processes_of(tree);
  auto first = snapshots_of(processes);
  const auto seen = objection(first);
  if (seen && seen->kind == Finding::Kind::alive) return *seen;
  const auto reached = objection_from_outside(processes, first);
  if (reached && reached->kind == Finding::Kind::alive) return *reached;
  if (processes != processes_of(tree) || first != snapshots_of(processes)) {
    return {.why = "something moved between two snapshots"};
  }
  return seen ? *seen : reached ? *reached : Finding{Finding::Kind::hang};
}

}  // namespace

Finding examine(const Tree& tree) {
  // Most programs that are examined are alive, and to see that should be cheap for them and for us.
  // So look quickly first, which may miss processes; only if nothing seems alive is the proof
  // tried.
  auto snapshots = snapshots_of(processes_of_quickly(tree));
  auto finding = objection(snapshots);
  if (!finding || finding->kind != Finding::Kind::alive) finding = prove(tree);
  finding->snapshots = std::move(snapshots);
  return *std::move(finding);
}

}  // namespace workbench::hang_proof
