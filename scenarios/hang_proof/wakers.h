/// @file
/// Who could end this wait? A thread waits on something that has other ends: on a pipe, say, which
/// others may write to. Here it is found out whether all of these ends lie inside the watched tree.
///
///     futex        private: its own process. Shared: whoever maps that memory
///     pipe         those who hold the other end; a named one: anybody
///     socket       of a connected pair, local or TCP: whoever holds one of the two; any other:
///     anybody eventfd, timer   whoever holds it; a timer that is set ends the wait by itself
///     epoll, poll, select   all of what they watch
///     child        processes of the tree, and whatever else they trace (ptrace(2))
///     pidfd        that process
///     signal       nobody, unless it waits for Ctrl-C; other signals are asked for in
///     self_acting.h all else     anybody: a terminal, a file lock, a named object, a device
///
/// The other ends have to be *found* inside. If a pipe is empty and a read of it waits, somebody
/// holds its end for writing, or the read would have returned. So if nobody is seen, it is somebody
/// whom we cannot see.
///
/// Timers, signals and io_uring act upon a whole process, whatever it waits for: self_acting.h.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "scenarios/hang_proof/holders.h"
#include "scenarios/hang_proof/system_call.h"

namespace workbench::hang_proof {

/// Where the other ends of a wait are: all `inside` the tree, or some `outside`, or it is
/// `unknown`.
struct WakerReach {
  enum class Kind { inside, outside, unknown };
  Kind kind = Kind::inside;
  std::string why{};  ///< the reason, for a person; empty for `inside`

  bool inside() const { return kind == Kind::inside; }
};

/// A thread, and the call without a limit that it waits in.
struct WaitingThread {
  pid_t process = 0;
  pid_t thread = 0;
  SystemCall call{};
};

class Wakers {
 public:
  explicit Wakers(const Holders& holders) : holders_(holders) {}

  /// Can anybody outside the tree end this wait?
  WakerReach reach_of(const WaitingThread& waiting) const;

 private:
  using Epolls = std::set<std::string>;

  WakerReach descriptor(pid_t thread, int fd, Epolls& seen) const;
  WakerReach epoll(pid_t thread, int fd, Epolls& seen) const;
  WakerReach descriptors(pid_t thread, const std::vector<int>& fds) const;
  WakerReach two_descriptors(const WaitingThread& waiting) const;
  WakerReach futex(pid_t thread, std::uint64_t address) const;
  WakerReach futexes(const WaitingThread& waiting) const;
  WakerReach memory(pid_t thread, const Mapping& mapping) const;
  WakerReach pipe(const std::string& object, pid_t thread, int fd) const;
  WakerReach timerfd(pid_t thread, int fd) const;
  WakerReach pidfd(const std::string& info) const;
  WakerReach socket(const std::string& name) const;
  WakerReach made_inside(const std::string& what, const std::string& object) const;
  WakerReach without_name(const std::string& what, const std::string& name, pid_t thread,
                          int fd) const;

  const Holders& holders_;
};

}  // namespace workbench::hang_proof
