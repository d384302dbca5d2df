/// @file
/// Who could end this wait? A thread waits on something that has other ends: on a pipe, say, which
/// others may write to. Here it is found out whether all of these ends lie inside the watched tree.
///
///     futex        private: its own process. Shared: whoever maps that memory.
///     pipe         whoever holds an end of it; a named one: anybody
///     socket       of a connected pair: whoever holds one of the two; any other: anybody
///     eventfd      whoever holds it
///     epoll, poll, select   all of what they watch
///     child        processes of the tree, and whatever else they trace (ptrace(2))
///     pidfd        that process
///     all else     anybody: a terminal, a signal, a file lock, a timer, a named object
///
/// Timers, signals and io_uring act upon a whole process, whatever it waits for. They are checked
/// in proof.cc.
///
/// Limits. We may not look into processes of other users, and assume that they hold nothing that
/// was made inside the tree: it could have reached them only over a socket that leads to them. A
/// device that signals an eventfd (in a virtual machine, say) is not seen.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "scenarios/hang_proof/snapshot.h"

namespace workbench::hang_proof {

/// Where the other ends of a wait are: all `inside` the tree, or some `outside`, or it is
/// `unreadable`.
struct WakerReach {
  enum class Kind { inside, outside, unreadable };
  Kind kind = Kind::inside;
  std::string why{};  ///< the reason, for a person; empty for `inside`

  bool inside() const { return kind == Kind::inside; }
};

class Outside {
 public:
  /// All processes except `inside`. What they hold is collected when it is needed for the first
  /// time.
  explicit Outside(const std::vector<pid_t>& inside) : inside_(inside.begin(), inside.end()) {}

  /// Can anybody outside the tree end this wait? Requires: `snapshot.waits_untimed()`.
  WakerReach reach_of(const ThreadSnapshot& snapshot) const;

  /// Does a process of the tree trace a process outside, as a debugger does? Then it also waits for
  /// that one when it waits for a child, and gets SIGCHLD because of it.
  WakerReach tracees() const;

 private:
  WakerReach descriptor(pid_t thread, int fd) const;
  WakerReach descriptors(pid_t thread, const std::vector<int>& fds) const;
  WakerReach epoll(pid_t thread, int fd) const;
  WakerReach futex(const ThreadSnapshot& snapshot, const SystemCall& call) const;
  WakerReach pidfd(const std::string& info) const;
  WakerReach socket(const std::string& name) const;

  using Objects = std::set<std::string>;
  template <class Collect>
  const Objects& collected(std::optional<Objects>& objects, Collect collect) const;
  bool is_open_outside(const std::string& object) const;
  bool is_mapped_outside(const std::string& object) const;

  std::set<pid_t> inside_;
  mutable std::optional<bool> traces_others_;
  mutable std::optional<Objects> open_;    // pipes, sockets and eventfds that others hold
  mutable std::optional<Objects> mapped_;  // memory that others share
};

}  // namespace workbench::hang_proof
