#include "scenarios/hang_proof/descriptor_wakers.h"

#include <linux/kcmp.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <sstream>
#include <string_view>
#include <vector>

#include "scenarios/hang_proof/proc.h"

namespace workbench::hang_proof {
namespace {

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

// Which pseudoterminal is this one of the masters of? Empty if it is something else.
std::string terminal_of_master(pid_t thread, int fd) {
  const std::string number = word_behind(info_of(thread, fd), "tty-index:");
  return number.empty() ? "" : "/dev/pts/" + number;
}

}  // namespace

WakerReach DescriptorWakers::reach_of(pid_t thread, int fd) const {
  Epolls seen;
  return descriptor(thread, fd, seen);
}

WakerReach DescriptorWakers::descriptor(pid_t thread, int fd, Epolls& seen) const {
  const std::string object = name_of_object(thread, fd);
  if (object.empty()) return WakerReach::unknown("its descriptors cannot be read");
  if (object.starts_with("pipe:") || object.starts_with("fifo ")) return pipe(object, thread, fd);
  if (object.starts_with("socket:")) return socket(object);
  if (object.starts_with("eventfd ")) return holders_.eventfd(object);
  if (object == "anon_inode:[timerfd]") return timerfd(thread, fd);
  if (object == "anon_inode:[pidfd]") return pidfd(info_of(thread, fd));
  if (object == "anon_inode:[eventpoll]") return epoll(thread, fd, seen);
  return terminal(object, thread, fd);
}

WakerReach DescriptorWakers::epoll(pid_t thread, int fd, Epolls& seen) const {
  // An epoll may watch another one, and that the first. The text names all that is watched, so two
  // with the same text are as good as one.
  const std::string info = info_of(thread, fd);
  if (!seen.insert(std::to_string(fd) + "\n" + info).second) return {};
  WakerReach worst = without_name("an epoll", "anon_inode:[eventpoll]", thread, fd);
  for (const Watched& watched : watched_by(info)) {
    const bool known = is_still(thread, fd, watched);
    worst.add(known
                  ? descriptor(thread, watched.fd, seen)
                  : WakerReach::unknown("its epoll watches something that has no number any more"));
  }
  return worst;
}

WakerReach DescriptorWakers::pipe(const std::string& object, pid_t thread, int fd) const {
  const Holder self = holder_of(thread, fd);
  const auto& holders = holders_.inside(object);
  const bool found = std::any_of(holders.begin(), holders.end(), [&](const Holder& other) {
    return (self.reads && other.writes) || (self.writes && other.reads);
  });
  WakerReach reach = holders_.made_inside("a pipe", object);
  if (object.starts_with("fifo ")) reach.add(holders_.without_path());
  if (!reach.inside() || found) return reach;
  return WakerReach::unknown("somebody who is not seen holds the other end of its pipe");
}

// If the master is outside, whoever holds it is waited for first of all.
WakerReach DescriptorWakers::terminal(const std::string& object, pid_t thread, int fd) const {
  std::string name = terminal_of_master(thread, fd);
  for (const char* master : {"/dev/ptmx", "/dev/pts/ptmx"}) {
    for (const Holder& holder : holders_.inside(master)) {
      if (terminal_of_master(holder.thread, holder.fd) == object) name = object;
    }
  }
  if (name.empty()) return WakerReach::outside("it waits for " + object);
  return WakerReach::outside("it waits for somebody who opens " + name);
}

WakerReach DescriptorWakers::timerfd(pid_t thread, int fd) const {
  const std::string info = info_of(thread, fd);
  // As in `it_value: (0, 0)`: in so many seconds, and nanoseconds.
  const std::size_t at = info.find("it_value: (");
  if (at == std::string::npos) return WakerReach::unknown("its timers cannot be read");
  long seconds = 0;
  long nanoseconds = 0;
  char comma = 0;
  std::istringstream(info.substr(at + std::string_view("it_value: (").size())) >> seconds >>
      comma >> nanoseconds;
  if (seconds != 0 || nanoseconds != 0) {
    return WakerReach::outside("a timer wakes it in " + std::to_string(seconds) + " s");
  }
  const auto flags = std::strtoul(word_behind(info, "settime flags:").c_str(), nullptr, 8);
  if ((flags & TFD_TIMER_CANCEL_ON_SET) != 0) {
    return WakerReach::outside("it waits until somebody sets the clock");
  }
  return without_name("a timer", "anon_inode:[timerfd]", thread, fd);
}

WakerReach DescriptorWakers::pidfd(const std::string& info) const {
  const std::string pid = word_behind(info, "Pid:");
  if (pid.empty()) return WakerReach::unknown("its pidfds cannot be read");
  if (holders_.is_inside(std::atoi(pid.c_str()))) return {};
  return WakerReach::outside("it waits for the end of process " + pid);
}

WakerReach DescriptorWakers::socket(const std::string& name) const {
  const Socket* ours = holders_.sockets().find(inode_in(name));
  if (ours == nullptr || ours->peer == 0 || !ours->is_pair) {
    return WakerReach::outside("it waits for a socket that others may send to");
  }
  const Socket* theirs = holders_.sockets().find(ours->peer);
  if (theirs == nullptr || !theirs->is_pair)
    return WakerReach::outside("the other end of its socket is outside");
  if (ours->has_timer || theirs->has_timer)
    return WakerReach::outside("its connection has a timer");
  // Whoever holds one end of a pair can end a wait of the other end, so both count.
  const std::string other = "socket:[" + std::to_string(ours->peer) + "]";
  if (holders_.inside(other).empty())
    return WakerReach::outside("the other end of its socket is outside");
  WakerReach reach = holders_.made_inside("a socket", name);
  return reach.inside() ? holders_.made_inside("a socket", other) : reach;
}

// All timers have the same name, and so have all epolls. But two descriptors can be compared.
WakerReach DescriptorWakers::without_name(const std::string& what, const std::string& name,
                                          pid_t thread, int fd) const {
  for (const Holder& other : holders_.without_name_outside(name)) {
    const long order = syscall(SYS_kcmp, thread, other.thread, KCMP_FILE, fd, other.fd);
    if (order == 0) return WakerReach::outside(what + " that it waits for is held outside, too");
    if (order < 0 && exists(other.process, other.thread)) {
      return WakerReach::unknown(what + " that it waits for may be held outside");
    }
  }
  if (holders_.unknown().empty()) return {};
  return WakerReach::unknown(what +
                             " that it waits for may be held outside: " + holders_.unknown());
}

}  // namespace workbench::hang_proof
