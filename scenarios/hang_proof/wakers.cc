#include "scenarios/hang_proof/wakers.h"

#include <linux/futex.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <system_error>
#include <utility>

#include "scenarios/hang_proof/lock_wakers.h"
#include "scenarios/hang_proof/proc.h"

namespace workbench::hang_proof {
namespace {

// The functions below ask about a thread, not about its process. The number of a process is that of
// its first thread; if that thread has ended, /proc shows no descriptors and no memory there.

constexpr std::size_t kMostDescriptors = 1U << 20U;  // more than a process may have, as a rule

// The descriptors that a `poll` waits for. Empty if its array cannot be read.
std::optional<std::vector<int>> polled(pid_t thread, const SystemCall& call) {
  const std::size_t count = call.arguments[1];
  if (count > kMostDescriptors) return std::nullopt;
  const auto entries = read_memory<pollfd>(thread, call.arguments[0], count);
  if (!entries) return std::nullopt;
  std::vector<int> fds;
  for (const pollfd& entry : *entries) {
    if (entry.fd >= 0) fds.push_back(entry.fd);
  }
  return fds;
}

// The same for the three sets of a `select`: a bit for each descriptor, in words of 64.
std::optional<std::vector<int>> selected(pid_t thread, const SystemCall& call) {
  constexpr std::size_t kBits = 64;
  const auto count = static_cast<std::size_t>(std::max(0, static_cast<int>(call.arguments[0])));
  if (count > kMostDescriptors) return std::nullopt;
  std::set<int> fds;
  for (std::size_t argument = 1; argument <= 3; ++argument) {
    if (call.arguments.at(argument) == 0) continue;
    const auto set = read_memory<std::uint64_t>(thread, call.arguments.at(argument),
                                                (count + kBits - 1) / kBits);
    if (!set) return std::nullopt;
    for (std::size_t fd = 0; fd < count; ++fd) {
      if (((*set)[fd / kBits] >> (fd % kBits) & 1) != 0) fds.insert(static_cast<int>(fd));
    }
  }
  return std::vector<int>(fds.begin(), fds.end());
}

// A call on a socket ends by itself if the socket has a limit of time.
WakerReach limit_of_socket(const WaitingThread& waiting) {
  const auto fd = static_cast<int>(waiting.call.arguments[0]);
  if (!object_of(waiting.thread, fd).starts_with("socket:")) return {};
  const auto limited = has_limit_of_time(waiting.process, fd, waiting.call.sends());
  if (!limited) return WakerReach::unknown("its socket cannot be asked");
  return *limited ? WakerReach::outside("its socket has a limit of time") : WakerReach{};
}

bool is_regular_file(pid_t thread, int fd) {
  std::error_code error;
  return std::filesystem::is_regular_file(directory_of(thread) / "fd" / std::to_string(fd), error);
}

bool waits_for_ctrl_c(pid_t thread) {
  const std::string caught = word_behind(text_of(directory_of(thread) / "status"), "SigCgt:");
  return (std::strtoull(caught.c_str(), nullptr, 16) >> (SIGINT - 1) & 1) != 0;
}

// The file that is mapped here. Empty if we may not ask.
std::optional<struct stat> file_of(pid_t thread, const Mapping& mapping) {
  std::ostringstream range;
  range << std::hex << mapping.begin << '-' << mapping.end;
  struct stat file {};
  const auto path = directory_of(thread) / "map_files" / range.str();
  if (stat(path.c_str(), &file) != 0) return std::nullopt;
  return file;
}

// Memory without a name and a descriptor: only a fork hands it on. The kernel has a place for its
// files of which nobody else can make one.
bool is_only_forked(const Mapping& mapping) {
  static const std::string device = [] {
    const std::size_t size = 1;
    void* ours = mmap(nullptr, size, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    const auto address = reinterpret_cast<std::uint64_t>(ours);
    std::string found;
    for (const Mapping& each : mappings_of(getpid())) {
      if (each.begin <= address && address < each.end) found = each.device;
    }
    munmap(ours, size);
    return found;
  }();
  return mapping.path == "/dev/zero (deleted)" && mapping.device == device;
}

}  // namespace

WakerReach Wakers::reach_of(const WaitingThread& waiting) const {
  const SystemCall& call = waiting.call;
  const auto first = static_cast<int>(call.arguments[0]);
  switch (call.waits_for()) {
    case WaitsFor::nothing:
      return WakerReach::outside("its wait has a limit");
    case WaitsFor::the_outside:
      return WakerReach::outside("anybody may end its " + call.name());
    case WaitsFor::lock:
      return reach_of_lock(holders_, waiting.thread, call);
    case WaitsFor::child:
      return {};
    case WaitsFor::signal:
      return waits_for_ctrl_c(waiting.thread) ? WakerReach::outside("it waits for Ctrl-C")
                                              : WakerReach{};
    case WaitsFor::futex: {
      const bool is_private = (call.arguments[1] & FUTEX_PRIVATE_FLAG) != 0;
      return is_private ? holders_.memory_of(waiting.process) : futex(waiting, call.arguments[0]);
    }
    case WaitsFor::futexes:
      return futexes(waiting);
    case WaitsFor::two_descriptors:
      return two_descriptors(waiting);
    case WaitsFor::descriptor: {
      WakerReach reach = descriptors_.reach_of(waiting.thread, first);
      return reach.inside() ? limit_of_socket(waiting) : reach;
    }
    case WaitsFor::epoll:
      return descriptors_.reach_of(waiting.thread, first);
    case WaitsFor::poll:
    case WaitsFor::select: {
      const bool polls = call.waits_for() == WaitsFor::poll;
      const auto fds = polls ? polled(waiting.thread, call) : selected(waiting.thread, call);
      return fds ? descriptors(waiting.thread, *fds)
                 : WakerReach::unknown("its memory cannot be read");
    }
  }
  return WakerReach::unknown("it waits in an unknown way");
}

WakerReach Wakers::descriptors(pid_t thread, const std::vector<int>& fds) const {
  WakerReach worst;
  for (const int fd : fds) worst.add(descriptors_.reach_of(thread, fd));
  return worst;
}

// Data goes from the one to the other. A file is always ready.
WakerReach Wakers::two_descriptors(const WaitingThread& waiting) const {
  const std::size_t second = waiting.call.number == SYS_splice ? 2 : 1;
  WakerReach worst;
  for (const std::size_t argument : {std::size_t{0}, second}) {
    const auto fd = static_cast<int>(waiting.call.arguments.at(argument));
    if (!is_regular_file(waiting.thread, fd)) {
      worst.add(descriptors_.reach_of(waiting.thread, fd));
    }
  }
  return worst;
}

// A private futex is used inside one process only. The memory of a shared one may be mapped by
// others, too.
WakerReach Wakers::futex(const WaitingThread& waiting, std::uint64_t address) const {
  for (const Mapping& mapping : mappings_of(waiting.thread)) {
    if (address >= mapping.begin && address < mapping.end) return memory(waiting, mapping);
  }
  return WakerReach::unknown("its memory map cannot be read");
}

// Who could wake a thread that waits at an address of this memory, with a futex that others share?
WakerReach Wakers::memory(const WaitingThread& waiting, const Mapping& mapping) const {
  if (!mapping.shared()) {
    // What was never written to is still the file's.
    return mapping.anonymous() ? holders_.memory_of(waiting.process)
                               : WakerReach::outside("anybody may map " + mapping.path);
  }
  if (holders_.mapped_outside(mapping.object())) {
    return WakerReach::outside("memory that it waits for is held outside, too");
  }
  if (is_only_forked(mapping)) return {};
  const bool may_be_unnamed =
      mapping.path.ends_with(" (deleted)") && !mapping.path.starts_with("/SYSV");
  const auto file = may_be_unnamed ? file_of(waiting.thread, mapping) : std::nullopt;
  if (may_be_unnamed && !file) return WakerReach::unknown("others may know " + mapping.path);
  if (!file || file->st_nlink > 0) return WakerReach::outside("anybody may map " + mapping.path);
  WakerReach reach = holders_.made_inside("memory", name_without_path(*file));
  reach.add(holders_.without_path());
  return reach;
}

WakerReach Wakers::futexes(const WaitingThread& waiting) const {
  const auto waits =
      read_memory<futex_waitv>(waiting.thread, waiting.call.arguments[0],
                               std::min<std::size_t>(waiting.call.arguments[1], FUTEX_WAITV_MAX));
  if (!waits) return WakerReach::unknown("its memory cannot be read");
  WakerReach worst;
  for (const futex_waitv& wait : *waits) {
    const bool is_private = (wait.flags & FUTEX_PRIVATE_FLAG) != 0;
    worst.add(is_private ? holders_.memory_of(waiting.process) : futex(waiting, wait.uaddr));
  }
  return worst;
}

}  // namespace workbench::hang_proof
