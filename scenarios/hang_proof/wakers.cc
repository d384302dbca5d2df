#include "scenarios/hang_proof/wakers.h"

#include <linux/futex.h>
#include <poll.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <string_view>
#include <system_error>

#include "scenarios/hang_proof/sockets.h"

namespace workbench::hang_proof {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kEventfd = "anon_inode:[eventfd]";  // every eventfd has this name

WakerReach outside(std::string why) { return {WakerReach::Kind::outside, std::move(why)}; }
WakerReach held(bool by_others, const std::string& what) {
  if (!by_others) return {};
  return outside(what + " that it waits for is held outside, too");
}
WakerReach unreadable(std::string why) { return {WakerReach::Kind::unreadable, std::move(why)}; }

// The functions below ask about a thread, not about its process. The number of a process is that of
// its first thread; if that thread has ended, /proc shows no descriptors and no memory there.

std::string info_of(pid_t thread, int fd) {
  return text_of(directory_of(thread) / "fdinfo" / std::to_string(fd));
}

// All eventfds have the same name, but the kernel gives each a number. Empty if it does not.
std::string eventfd_of(const std::string& info) {
  const std::string id = word_behind(info, "eventfd-id:");
  return id.empty() ? "" : "eventfd " + id;
}

// One line of /proc/PID/maps.
struct Mapping {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::string permissions, offset, device, inode, path;

  bool shared() const { return permissions.ends_with('s'); }
  std::string object() const { return "memory " + device + " " + inode; }
  bool named() const { return !path.empty() && !path.ends_with("(deleted)"); }
};

std::vector<Mapping> mappings_of(pid_t thread) {
  std::vector<Mapping> mappings;
  std::istringstream lines(text_of(directory_of(thread) / "maps"));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream in(line);
    Mapping mapping;
    char dash = 0;
    in >> std::hex >> mapping.begin >> dash >> mapping.end >> mapping.permissions >>
        mapping.offset >> mapping.device >> mapping.inode >> std::ws;
    std::getline(in, mapping.path);
    mappings.push_back(std::move(mapping));
  }
  return mappings;
}

// Reads `count` objects at an address of another process. Empty if they cannot be read.
template <class T>
std::vector<T> read_memory(pid_t thread, std::uint64_t address, std::size_t count) {
  std::vector<T> objects(count);
  const iovec here{.iov_base = objects.data(), .iov_len = count * sizeof(T)};
  // The address is one of the other process; we never use it as a pointer of our own.
  auto* const address_there =
      reinterpret_cast<void*>(address);  // NOLINT(performance-no-int-to-ptr)
  const iovec there{.iov_base = address_there, .iov_len = here.iov_len};
  const ssize_t read = process_vm_readv(thread, &here, 1, &there, 1, 0);
  if (read != static_cast<ssize_t>(here.iov_len)) objects.clear();
  return objects;
}

// The descriptors that a `poll` waits for. Empty if its array cannot be read.
std::optional<std::vector<int>> polled(pid_t thread, const SystemCall& call) {
  constexpr std::size_t kMost = 65536;
  std::vector<int> fds;
  const std::size_t count = std::min<std::size_t>(call.arguments[1], kMost);
  if (count == 0) return fds;
  const auto entries = read_memory<pollfd>(thread, call.arguments[0], count);
  if (entries.empty()) return std::nullopt;
  for (const pollfd& entry : entries) {
    if (entry.fd >= 0) fds.push_back(entry.fd);
  }
  return fds;
}

// The same for the three sets of a `select`.
std::optional<std::vector<int>> selected(pid_t thread, const SystemCall& call) {
  std::set<int> fds;
  for (std::size_t argument = 1; argument <= 3; ++argument) {
    if (call.arguments.at(argument) == 0) continue;
    const auto set = read_memory<fd_set>(thread, call.arguments.at(argument), 1);
    if (set.empty()) return std::nullopt;
    const int count = std::min(static_cast<int>(call.arguments[0]), FD_SETSIZE);
    for (int fd = 0; fd < count; ++fd) {
      if (FD_ISSET(static_cast<unsigned>(fd), &set.front())) fds.insert(fd);
    }
  }
  return std::vector<int>(fds.begin(), fds.end());
}

// Is a thread of this process traced by one of these processes? The kernel names the thread that
// traces, so look for it among the threads of each.
bool is_traced_by_one_of(pid_t process, const std::set<pid_t>& tracers) {
  const auto threads = directory_of(process) / "task";
  for (const int thread : numbers_in(threads)) {
    const std::string status = text_of(threads / std::to_string(thread) / "status");
    const std::string tracer = word_behind(status, "TracerPid:");
    if (tracer.empty() || tracer == "0") continue;
    for (const pid_t each : tracers) {
      if (fs::exists(directory_of(each) / "task" / tracer)) return true;
    }
  }
  return false;
}

// A call on a socket ends by itself if the socket has a limit of time.
WakerReach limit_of_socket(const ThreadSnapshot& snapshot, const SystemCall& call) {
  const auto fd = static_cast<int>(call.arguments[0]);
  if (!object_of(snapshot.thread, fd).starts_with("socket:")) return {};
  const auto limited = has_limit_of_time(snapshot.process, fd, call.sends());
  if (!limited) return unreadable("its socket cannot be asked");
  return *limited ? outside("its socket has a limit of time") : WakerReach{};
}

void collect_open(pid_t process, std::set<std::string>& objects) {
  const pid_t thread = living_thread_of(process);
  for (const int fd : numbers_in(directory_of(thread) / "fd")) {
    const std::string object = object_of(thread, fd);
    objects.insert(object == kEventfd ? eventfd_of(info_of(thread, fd)) : object);
  }
}

void collect_mapped(pid_t process, std::set<std::string>& objects) {
  for (const Mapping& mapping : mappings_of(living_thread_of(process))) {
    if (mapping.shared()) objects.insert(mapping.object());
  }
}

}  // namespace

template <class Collect>
const Outside::Objects& Outside::collected(std::optional<Objects>& objects, Collect collect) const {
  if (objects) return *objects;
  objects.emplace();
  for (const pid_t process : all_processes()) {
    if (!inside_.contains(process)) collect(process, *objects);
  }
  return *objects;
}

bool Outside::is_open_outside(const std::string& object) const {
  return collected(open_, collect_open).contains(object);
}

bool Outside::is_mapped_outside(const std::string& object) const {
  return collected(mapped_, collect_mapped).contains(object);
}

WakerReach Outside::reach_of(const ThreadSnapshot& snapshot) const {
  const SystemCall call = *snapshot.call();
  const auto first = static_cast<int>(call.arguments[0]);
  switch (call.waits_for()) {
    case WaitsFor::nothing:
      return outside("its wait has a limit");
    case WaitsFor::the_outside:
      return outside("anybody may end its " + call.name());
    case WaitsFor::child:
      return tracees();
    case WaitsFor::futex:
      return futex(snapshot, call);
    case WaitsFor::descriptor: {
      WakerReach reach = descriptor(snapshot.thread, first);
      return reach.inside() ? limit_of_socket(snapshot, call) : reach;
    }
    case WaitsFor::epoll:
      return epoll(snapshot.thread, first);
    case WaitsFor::poll:
    case WaitsFor::select: {
      const bool polls = call.waits_for() == WaitsFor::poll;
      const auto fds = polls ? polled(snapshot.thread, call) : selected(snapshot.thread, call);
      return fds ? descriptors(snapshot.thread, *fds) : unreadable("its memory cannot be read");
    }
  }
  return {};
}

WakerReach Outside::tracees() const {
  if (!traces_others_) {
    const auto others = all_processes();
    traces_others_ = std::any_of(others.begin(), others.end(), [&](pid_t process) {
      return !inside_.contains(process) && is_traced_by_one_of(process, inside_);
    });
  }
  return *traces_others_ ? outside("it traces a process outside") : WakerReach{};
}

WakerReach Outside::descriptor(pid_t thread, int fd) const {
  const std::string object = object_of(thread, fd);
  if (object.empty()) return unreadable("its descriptors cannot be read");
  if (object.starts_with("pipe:")) return held(is_open_outside(object), "a pipe");
  if (object.starts_with("socket:")) return socket(object);
  if (object == kEventfd) {
    const std::string id = eventfd_of(info_of(thread, fd));
    return id.empty() ? unreadable("its eventfds have no numbers")
                      : held(is_open_outside(id), "an eventfd");
  }
  if (object == "anon_inode:[pidfd]") return pidfd(info_of(thread, fd));
  if (object == "anon_inode:[eventpoll]") return epoll(thread, fd);
  return outside("it waits for " + object);
}

WakerReach Outside::descriptors(pid_t thread, const std::vector<int>& fds) const {
  WakerReach worst;
  for (const int fd : fds) {
    WakerReach reach = descriptor(thread, fd);
    if (reach.kind == WakerReach::Kind::outside) return reach;
    if (!reach.inside()) worst = std::move(reach);
  }
  return worst;
}

WakerReach Outside::epoll(pid_t thread, int fd) const {
  std::vector<int> watched;
  std::istringstream lines(info_of(thread, fd));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("tfd:")) watched.push_back(std::atoi(line.c_str() + 4));
  }
  // The kernel shows the numbers that the descriptors had when they were added. One of these
  // numbers may belong to this very epoll by now; to follow it would never end.
  std::erase(watched, fd);
  return descriptors(thread, watched);
}

WakerReach Outside::futex(const ThreadSnapshot& snapshot, const SystemCall& call) const {
  // A private futex is used inside one process only. The memory of a shared one may be mapped by
  // others, too; a named file even by processes that are not there yet.
  if ((call.arguments[1] & FUTEX_PRIVATE_FLAG) != 0) return {};
  const std::uint64_t address = call.arguments[0];
  for (const Mapping& mapping : mappings_of(snapshot.thread)) {
    if (address < mapping.begin || address >= mapping.end) continue;
    if (!mapping.shared()) return {};
    if (mapping.named()) return outside("anybody may map " + mapping.path);
    return held(is_mapped_outside(mapping.object()), "memory");
  }
  return unreadable("its memory map cannot be read");
}

WakerReach Outside::pidfd(const std::string& info) const {
  const std::string pid = word_behind(info, "Pid:");
  if (pid.empty()) return unreadable("its pidfds cannot be read");
  if (inside_.contains(std::atoi(pid.c_str()))) return {};
  return outside("it waits for the end of process " + pid);
}

WakerReach Outside::socket(const std::string& name) const {
  // Whoever holds one end of a pair can end a wait of the other end, so both count.
  const auto peer =
      peer_of(std::strtoul(name.c_str() + std::string_view("socket:[").size(), nullptr, 10));
  if (!peer) return outside("it waits for a socket");
  const std::string other = "socket:[" + std::to_string(*peer) + "]";
  return held(is_open_outside(name) || is_open_outside(other), "a socket");
}

}  // namespace workbench::hang_proof
