/// @file
/// Who else could end this wait? For what a thread waits on, says whether all other ends of it lie
/// inside the watched tree.
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
/// What acts upon a whole process, whatever it waits for, is for proof.h.
///
/// Limits. Processes that this one may not look into (of other users) are taken not to hold what
/// was made inside the tree: it could reach them only over a socket that leads there. A device that
/// rings an eventfd (of a virtual machine, say) is not seen.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "scenarios/hang_proof/snapshot.h"

namespace workbench::hang_proof {

/// What can be said of the ends of a wait.
struct WakerReach {
  enum class Kind { inside, outside, unreadable };
  Kind kind = Kind::inside;
  std::string why{};  ///< for a person; empty for `inside`

  bool inside() const { return kind == Kind::inside; }
};

class Outside {
 public:
  /// All processes but `inside`. They are looked at when it first matters what they hold.
  explicit Outside(const std::vector<pid_t>& inside) : inside_(inside.begin(), inside.end()) {}

  /// Can anything but the tree itself end this wait? Requires: `snapshot.waits_untimed()`.
  WakerReach reach_of(const ThreadSnapshot& snapshot) const;

  /// Do processes of the tree trace one that is not of it? Then they wait for that one, too, and
  /// hear SIGCHLD of it.
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
