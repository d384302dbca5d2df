#include "scenarios/hang_proof/waits.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <linux/futex.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>
#include <utility>

#include "scenarios/hang_proof/holders.h"
#include "scenarios/hang_proof/proc.h"

namespace workbench::hang_proof {
namespace {

std::string command_of(pid_t process) {
  std::string name = text_of(directory_of(process) / "comm");
  while (!name.empty() && name.back() == '\n') name.pop_back();
  return name;
}

bool is_thread_of(pid_t process, pid_t thread) {
  std::error_code error;
  return thread > 0 &&
         std::filesystem::exists(directory_of(process) / "task" / std::to_string(thread), error);
}

// A word of the memory of another process, and those behind it. All zero if it cannot be read.
std::array<std::uint32_t, 5> words_at(pid_t thread, std::uint64_t address) {
  std::array<std::uint32_t, 5> words{};
  const iovec here{.iov_base = words.data(), .iov_len = sizeof words};
  // The address is one of the other process; we never use it as a pointer of our own.
  auto* const there = reinterpret_cast<void*>(address);  // NOLINT(performance-no-int-to-ptr)
  const iovec far{.iov_base = there, .iov_len = sizeof words};
  if (process_vm_readv(thread, &here, 1, &far, 1, 0) != sizeof words) words = {};
  return words;
}

// Is it a mutex of the C library? There a locked one begins with its state, a count, its owner, the
// number of its users, which is 1, and its kind (pthread_mutex_t). Those of others are just a word,
// and what lies behind it may be anything.
bool is_locked_mutex(const std::array<std::uint32_t, 5>& words) {
  constexpr std::uint32_t kLockedAndWaitedFor = 2;
  constexpr std::uint32_t kMostThreads = 1U << 22U;  // PID_MAX_LIMIT
  constexpr std::uint32_t kKinds = 0x200;            // all kinds and protocols are below
  const auto [state, count, owner, users, kind] = words;
  return state == kLockedAndWaitedFor && owner > 0 && owner <= kMostThreads && users == 1 &&
         kind < kKinds;
}

// A thread that waits for a mutex waits at its first word. One that joins waits at a word that
// holds the number of the other thread.
void explain_futex(const ThreadSnapshot& snapshot, const SystemCall& call, WaitOfThread& wait) {
  const auto words = words_at(snapshot.thread, call.arguments[0]);
  const auto expected = static_cast<std::uint32_t>(call.arguments[2]);
  const bool is_private = (call.arguments[1] & FUTEX_PRIVATE_FLAG) != 0;
  const auto owner = static_cast<pid_t>(words[2]);
  const auto joined = static_cast<pid_t>(expected & FUTEX_TID_MASK);
  wait.kind = "futex";
  wait.object = "a condition, a semaphore or the like";
  if (words[0] == expected && is_locked_mutex(words)) {
    wait.kind = "mutex";
    const bool lives = is_thread_of(snapshot.process, owner);
    wait.object = "a mutex";
    if (!lives) wait.object = fmt::format("a mutex whose owner, thread {}, is not there", owner);
    if (owner == snapshot.thread) wait.object = "a mutex that it holds itself";
    if (lives) wait.by.push_back({snapshot.process, owner, -1, command_of(owner)});
  } else if (!is_private && words[0] == expected && is_thread_of(snapshot.process, joined)) {
    wait.kind = "thread";
    wait.object = "the end of a thread";
    wait.by.push_back({snapshot.process, joined, -1, command_of(joined)});
  }
}

void explain_child(const ThreadSnapshot& snapshot, const SystemCall& call, WaitOfThread& wait) {
  wait.kind = "child";
  const auto asked = static_cast<pid_t>(call.arguments[0]);
  std::set<pid_t> children;
  for (const int thread : numbers_in(directory_of(snapshot.process) / "task")) {
    std::istringstream in(
        text_of(directory_of(snapshot.process) / "task" / std::to_string(thread) / "children"));
    for (pid_t child = 0; in >> child;) children.insert(child);
  }
  const bool is_one = children.contains(asked);
  wait.object = is_one ? "the end of a child" : "the end of any child";
  for (const pid_t child : children) {
    if (!is_one || child == asked) wait.by.push_back({child, 0, -1, command_of(child)});
  }
}

// Those who hold an end from which the wait of `fd` could be ended.
void explain_descriptor(const ThreadSnapshot& snapshot, int fd, const Holders& holders,
                        WaitOfThread& wait) {
  wait.kind = "descriptor";
  wait.fd = fd;
  const std::string name = name_of_object(snapshot.thread, fd);
  wait.object = name.empty() ? "something that cannot be read" : name;
  std::string other = name;
  if (name.starts_with("socket:")) {
    const Socket* socket = holders.sockets().find(inode_in(name));
    other = socket == nullptr ? "" : fmt::format("socket:[{}]", socket->peer);
  }
  const Holder self = holder_of(snapshot.thread, fd);
  const bool is_pipe = name.starts_with("pipe:") || name.starts_with("fifo ");
  for (const Holder& each : holders.inside(other)) {
    if (is_pipe && !(self.reads ? each.writes : each.reads)) continue;
    wait.by.push_back({each.process, 0, each.fd, command_of(each.process)});
  }
}

WaitOfThread wait_of(const ThreadSnapshot& snapshot, const Holders& holders) {
  WaitOfThread wait{.process = snapshot.process, .thread = snapshot.thread};
  const auto call = snapshot.call();
  if (!call || snapshot.runs()) return wait;
  wait.timed = !snapshot.waits_untimed();
  const auto first = static_cast<int>(call->arguments[0]);
  switch (call->kind()) {
    case WaitsFor::futex:
      explain_futex(snapshot, *call, wait);
      break;
    case WaitsFor::child:
      explain_child(snapshot, *call, wait);
      break;
    case WaitsFor::descriptor:
      explain_descriptor(snapshot, first, holders, wait);
      break;
    case WaitsFor::epoll:
      wait = {wait.process, wait.thread, "descriptor", "what its epoll watches", first,
              wait.timed,   {}};
      break;
    case WaitsFor::signal:
      wait.kind = "signal";
      break;
    case WaitsFor::nothing:
      wait.kind = "time";
      break;
    default:
      wait.kind = call->name();
  }
  return wait;
}

std::string name_of(const Opposite& owner) {
  const pid_t number = owner.thread != 0 ? owner.thread : owner.process;
  const std::string name = fmt::format("{} {}", owner.command, number);
  return owner.fd < 0 ? name : fmt::format("{} (fd {})", name, owner.fd);
}

}  // namespace

std::string WaitOfThread::text() const {
  if (kind.empty()) return "runs";
  std::vector<std::string> names;
  constexpr std::size_t kMost = 6;  // a pipe that a thousand processes have inherited
  for (const Opposite& each : by) {
    if (names.size() == kMost) break;
    names.push_back(name_of(each));
  }
  if (by.size() > kMost) names.push_back(fmt::format("and {} more", by.size() - kMost));
  const std::string limit = timed ? ", for a limited time" : "";
  if (kind == "signal") return "waits for a signal" + limit;
  if (kind == "time") return "waits for a time";
  const std::string number = fd < 0 ? "" : fmt::format(" (fd {})", fd);
  if (kind == "descriptor") {
    const std::string holds =
        names.empty() ? "" : fmt::format("; its other end: {}", fmt::join(names, ", "));
    return fmt::format("waits for {}{}{}{}", object, number, limit, holds);
  }
  const std::string whom = names.empty() ? "" : fmt::format(": {}", fmt::join(names, ", "));
  return fmt::format("waits for {}{}{}", object.empty() ? kind : object, limit, whom);
}

namespace {

// For each wait that only one can end, the wait of that one.
std::vector<std::optional<std::size_t>> next_waits(const std::vector<WaitOfThread>& waits) {
  std::map<pid_t, std::size_t> of_thread;
  std::map<pid_t, std::optional<std::size_t>> of_process;  // empty: it has several. Which one?
  for (std::size_t i = 0; i < waits.size(); ++i) {
    of_thread[waits[i].thread] = i;
    const auto [known, is_first] = of_process.try_emplace(waits[i].process, i);
    if (!is_first) known->second.reset();
  }
  std::vector<std::optional<std::size_t>> next(waits.size());
  for (std::size_t i = 0; i < waits.size(); ++i) {
    if (waits[i].by.size() != 1) continue;
    const auto& [process, thread, fd, command] = waits[i].by.front();
    const auto waiting_thread = of_thread.find(thread);
    const auto waiting_process = of_process.find(process);
    if (thread != 0 && waiting_thread != of_thread.end()) next[i] = waiting_thread->second;
    if (thread == 0 && waiting_process != of_process.end()) next[i] = waiting_process->second;
  }
  return next;
}

}  // namespace

std::size_t last_link(const std::vector<WaitOfThread>& waits, std::size_t first) {
  const auto next = next_waits(waits);
  std::set<std::size_t> passed;
  while (next[first] && passed.insert(first).second) first = *next[first];
  return first;
}

std::vector<WaitOfThread> waits_of(const std::vector<ThreadSnapshot>& snapshots) {
  std::set<pid_t> processes;
  for (const ThreadSnapshot& each : snapshots) processes.insert(each.process);
  const Holders holders({processes.begin(), processes.end()}, true);
  std::vector<WaitOfThread> waits;
  waits.reserve(snapshots.size());
  for (const ThreadSnapshot& each : snapshots) waits.push_back(wait_of(each, holders));
  return waits;
}

// Goes from wait to wait. Who was passed on an earlier way leads to no circle, or to one that is
// known.
std::string circle_in(const std::vector<WaitOfThread>& waits) {
  const auto next = next_waits(waits);
  std::vector<std::size_t> way_of(waits.size());  // on which way it was passed; 0: on none
  for (std::size_t start = 0; start < waits.size(); ++start) {
    const std::size_t way = start + 1;
    std::optional<std::size_t> at = start;
    while (at && way_of[*at] == 0) {
      way_of[*at] = way;
      at = next[*at];
    }
    if (!at || way_of[*at] != way || next[*at] == at) continue;
    std::string text = "circular wait: ";
    const std::size_t first = *at;
    do {
      const WaitOfThread& wait = waits[*at];
      text += fmt::format("thread {} waits for {}, which only {} could give; ", wait.thread,
                          wait.object, name_of(wait.by.front()));
      at = next[*at];
    } while (at != first);
    text.resize(text.size() - 2);
    return text;
  }
  return "";
}

}  // namespace workbench::hang_proof
