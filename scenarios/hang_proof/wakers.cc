#include "scenarios/hang_proof/wakers.h"

#include <linux/futex.h>
#include <linux/kcmp.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <optional>
#include <sstream>
#include <string_view>
#include <system_error>
#include <utility>

#include "scenarios/hang_proof/proc.h"

namespace workbench::hang_proof {
namespace {

WakerReach outside(std::string why) { return {WakerReach::Kind::outside, std::move(why)}; }
WakerReach unknown(std::string why) { return {WakerReach::Kind::unknown, std::move(why)}; }

// Of several reaches the one that says most: `outside`, then `unknown`.
void keep_worse(WakerReach& worst, WakerReach reach) {
  const bool is_worse = worst.kind != WakerReach::Kind::outside && !reach.inside();
  if (is_worse) worst = std::move(reach);
}

// The functions below ask about a thread, not about its process. The number of a process is that of
// its first thread; if that thread has ended, /proc shows no descriptors and no memory there.

// Reads `count` objects at an address of another process. Empty if they cannot be read.
template <class T>
std::optional<std::vector<T>> read_memory(pid_t thread, std::uint64_t address, std::size_t count) {
  std::vector<T> objects(count);
  const iovec here{.iov_base = objects.data(), .iov_len = count * sizeof(T)};
  // The address is one of the other process; we never use it as a pointer of our own.
  auto* const address_there =
      reinterpret_cast<void*>(address);  // NOLINT(performance-no-int-to-ptr)
  const iovec there{.iov_base = address_there, .iov_len = here.iov_len};
  const ssize_t read = process_vm_readv(thread, &here, 1, &there, 1, 0);
  if (read != static_cast<ssize_t>(here.iov_len)) return std::nullopt;
  return objects;
}

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
  if (!limited) return unknown("its socket cannot be asked");
  return *limited ? outside("its socket has a limit of time") : WakerReach{};
}

// One of the descriptors that an epoll watches: with the number that it had when it was added, and
// the position among those that had the same number.
struct Watched {
  int fd = -1;
  unsigned position = 0;
};

std::vector<Watched> watched_by(const std::string& info) {
  std::vector<Watched> watched;
  std::map<int, unsigned> positions;
  std::istringstream lines(info);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("tfd:")) continue;
    const int fd = std::atoi(line.c_str() + 4);
    watched.push_back({fd, positions[fd]++});
  }
  return watched;
}

// Does this number still belong to what the epoll watches? It may have been closed since, and given
// to something else, while the epoll goes on to watch what a copy of it refers to.
bool is_still(pid_t thread, int epoll, const Watched& watched) {
  const kcmp_epoll_slot slot{.efd = static_cast<__u32>(epoll),
                             .tfd = static_cast<__u32>(watched.fd),
                             .toff = watched.position};
  return syscall(SYS_kcmp, thread, thread, KCMP_EPOLL_TFD, watched.fd, &slot) == 0;
}

bool is_regular_file(pid_t thread, int fd) {
  std::error_code error;
  return std::filesystem::is_regular_file(directory_of(thread) / "fd" / std::to_string(fd), error);
}

bool waits_for_ctrl_c(pid_t thread) {
  const std::string caught = word_behind(text_of(directory_of(thread) / "status"), "SigCgt:");
  return (std::strtoull(caught.c_str(), nullptr, 16) >> (SIGINT - 1) & 1) != 0;
}

// How many names a file has that is mapped here. Empty if we may not ask.
std::optional<unsigned long> names_of(pid_t thread, const Mapping& mapping) {
  std::ostringstream range;
  range << std::hex << mapping.begin << '-' << mapping.end;
  struct stat file {};
  const auto path = directory_of(thread) / "map_files" / range.str();
  if (stat(path.c_str(), &file) != 0) return std::nullopt;
  return file.st_nlink;
}

}  // namespace

WakerReach Wakers::reach_of(const WaitingThread& waiting) const {
  const SystemCall& call = waiting.call;
  const auto first = static_cast<int>(call.arguments[0]);
  Epolls seen;
  switch (call.waits_for()) {
    case WaitsFor::nothing:
      return outside("its wait has a limit");
    case WaitsFor::the_outside:
      return outside("anybody may end its " + call.name());
    case WaitsFor::child:
      return {};
    case WaitsFor::signal:
      return waits_for_ctrl_c(waiting.thread) ? outside("it waits for Ctrl-C") : WakerReach{};
    case WaitsFor::futex: {
      const bool is_private = (call.arguments[1] & FUTEX_PRIVATE_FLAG) != 0;
      return is_private ? WakerReach{} : futex(waiting.thread, call.arguments[0]);
    }
    case WaitsFor::futexes:
      return futexes(waiting);
    case WaitsFor::two_descriptors:
      return two_descriptors(waiting);
    case WaitsFor::descriptor: {
      WakerReach reach = descriptor(waiting.thread, first, seen);
      return reach.inside() ? limit_of_socket(waiting) : reach;
    }
    case WaitsFor::epoll:
      return descriptor(waiting.thread, first, seen);
    case WaitsFor::poll:
    case WaitsFor::select: {
      const bool polls = call.waits_for() == WaitsFor::poll;
      const auto fds = polls ? polled(waiting.thread, call) : selected(waiting.thread, call);
      return fds ? descriptors(waiting.thread, *fds) : unknown("its memory cannot be read");
    }
  }
  return unknown("it waits in an unknown way");
}

WakerReach Wakers::descriptor(pid_t thread, int fd, Epolls& seen) const {
  const std::string object = name_of_object(thread, fd);
  if (object.empty()) return unknown("its descriptors cannot be read");
  if (object.starts_with("pipe:") || object.starts_with("fifo ")) return pipe(object, thread, fd);
  if (object.starts_with("socket:")) return socket(object);
  if (object.starts_with("eventfd ")) return made_inside("an eventfd", object);
  if (object == "anon_inode:[timerfd]") return timerfd(thread, fd);
  if (object == "anon_inode:[pidfd]") return pidfd(info_of(thread, fd));
  if (object == "anon_inode:[eventpoll]") return epoll(thread, fd, seen);
  return outside("it waits for " + object);
}

WakerReach Wakers::descriptors(pid_t thread, const std::vector<int>& fds) const {
  WakerReach worst;
  Epolls seen;
  for (const int fd : fds) keep_worse(worst, descriptor(thread, fd, seen));
  return worst;
}

// Data goes from the one to the other. A file is always ready.
WakerReach Wakers::two_descriptors(const WaitingThread& waiting) const {
  const std::size_t second = waiting.call.number == SYS_splice ? 2 : 1;
  WakerReach worst;
  Epolls seen;
  for (const std::size_t argument : {std::size_t{0}, second}) {
    const auto fd = static_cast<int>(waiting.call.arguments.at(argument));
    if (!is_regular_file(waiting.thread, fd)) {
      keep_worse(worst, descriptor(waiting.thread, fd, seen));
    }
  }
  return worst;
}

WakerReach Wakers::epoll(pid_t thread, int fd, Epolls& seen) const {
  // An epoll may watch another one, and that the first. The text names all that is watched, so two
  // with the same text are as good as one.
  const std::string info = info_of(thread, fd);
  if (!seen.insert(std::to_string(fd) + "\n" + info).second) return {};
  WakerReach worst = without_name("an epoll", "anon_inode:[eventpoll]", thread, fd);
  for (const Watched& watched : watched_by(info)) {
    const bool known = is_still(thread, fd, watched);
    keep_worse(worst, known ? descriptor(thread, watched.fd, seen)
                            : unknown("its epoll watches something that has no number any more"));
  }
  return worst;
}

// A private futex is used inside one process only. The memory of a shared one may be mapped by
// others, too.
WakerReach Wakers::futex(pid_t thread, std::uint64_t address) const {
  for (const Mapping& mapping : mappings_of(thread)) {
    if (address >= mapping.begin && address < mapping.end) return memory(thread, mapping);
  }
  return unknown("its memory map cannot be read");
}

// Who could wake a thread that waits at an address of this memory, with a futex that others share?
WakerReach Wakers::memory(pid_t thread, const Mapping& mapping) const {
  if (!mapping.shared()) {
    // What was never written to is still the file's.
    return mapping.anonymous() ? WakerReach{} : outside("anybody may map " + mapping.path);
  }
  if (holders_.mapped_outside(mapping.object())) {
    return outside("memory that it waits for is held outside, too");
  }
  // Memory without a name and a descriptor: only a fork hands it on.
  if (mapping.path == "/dev/zero (deleted)") return {};
  const bool may_be_unnamed =
      mapping.path.ends_with(" (deleted)") && !mapping.path.starts_with("/SYSV");
  const auto names = may_be_unnamed ? names_of(thread, mapping) : std::nullopt;
  if (may_be_unnamed && !names) return unknown("others may know " + mapping.path);
  if (!names || *names > 0) return outside("anybody may map " + mapping.path);
  return made_inside("memory", mapping.object());
}

// Something without a name that was made inside. Others can hold it only if they were given it.
WakerReach Wakers::made_inside(const std::string& what, const std::string& object) const {
  if (holders_.open_outside(object)) {
    return outside(what + " that it waits for is held outside, too");
  }
  if (holders_.unknown().empty()) return {};
  return unknown(what + " that it waits for may be held outside: " + holders_.unknown());
}

WakerReach Wakers::pipe(const std::string& object, pid_t thread, int fd) const {
  const Holder self = holder_of(thread, fd);
  const auto& holders = holders_.inside(object);
  const bool found = std::any_of(holders.begin(), holders.end(), [&](const Holder& other) {
    return (self.reads && other.writes) || (self.writes && other.reads);
  });
  WakerReach reach = made_inside("a pipe", object);
  if (!reach.inside() || found) return reach;
  return unknown("somebody who is not seen holds the other end of its pipe");
}

WakerReach Wakers::timerfd(pid_t thread, int fd) const {
  const std::string info = info_of(thread, fd);
  // As in `it_value: (0, 0)`: in so many seconds, and nanoseconds.
  const std::size_t at = info.find("it_value: (");
  if (at == std::string::npos) return unknown("its timers cannot be read");
  long seconds = 0;
  long nanoseconds = 0;
  char comma = 0;
  std::istringstream(info.substr(at + std::string_view("it_value: (").size())) >> seconds >>
      comma >> nanoseconds;
  if (seconds != 0 || nanoseconds != 0) {
    return outside("a timer wakes it in " + std::to_string(seconds) + " s");
  }
  return without_name("a timer", "anon_inode:[timerfd]", thread, fd);
}

WakerReach Wakers::pidfd(const std::string& info) const {
  const std::string pid = word_behind(info, "Pid:");
  if (pid.empty()) return unknown("its pidfds cannot be read");
  if (holders_.is_inside(std::atoi(pid.c_str()))) return {};
  return outside("it waits for the end of process " + pid);
}

WakerReach Wakers::socket(const std::string& name) const {
  const Socket* ours = holders_.sockets().find(inode_in(name));
  if (ours == nullptr || ours->peer == 0 || !ours->is_pair) {
    return outside("it waits for a socket that others may send to");
  }
  const Socket* theirs = holders_.sockets().find(ours->peer);
  if (theirs == nullptr || !theirs->is_pair)
    return outside("the other end of its socket is outside");
  if (ours->has_timer || theirs->has_timer) return outside("its connection has a timer");
  // Whoever holds one end of a pair can end a wait of the other end, so both count.
  const std::string other = "socket:[" + std::to_string(ours->peer) + "]";
  if (holders_.inside(other).empty()) return outside("the other end of its socket is outside");
  WakerReach reach = made_inside("a socket", name);
  return reach.inside() ? made_inside("a socket", other) : reach;
}

// All timers have the same name, and so have all epolls. But two descriptors can be compared.
WakerReach Wakers::without_name(const std::string& what, const std::string& name, pid_t thread,
                                int fd) const {
  for (const Holder& other : holders_.without_name_outside(name)) {
    const long order = syscall(SYS_kcmp, thread, other.thread, KCMP_FILE, fd, other.fd);
    if (order == 0) return outside(what + " that it waits for is held outside, too");
    if (order < 0 && exists(other.process, other.thread)) {
      return unknown(what + " that it waits for may be held outside");
    }
  }
  if (holders_.unknown().empty()) return {};
  return unknown(what + " that it waits for may be held outside: " + holders_.unknown());
}

WakerReach Wakers::futexes(const WaitingThread& waiting) const {
  const auto waits =
      read_memory<futex_waitv>(waiting.thread, waiting.call.arguments[0],
                               std::min<std::size_t>(waiting.call.arguments[1], FUTEX_WAITV_MAX));
  if (!waits) return unknown("its memory cannot be read");
  WakerReach worst;
  for (const futex_waitv& wait : *waits) {
    const bool is_private = (wait.flags & FUTEX_PRIVATE_FLAG) != 0;
    if (!is_private) keep_worse(worst, futex(waiting.thread, wait.uaddr));
  }
  return worst;
}

}  // namespace workbench::hang_proof
