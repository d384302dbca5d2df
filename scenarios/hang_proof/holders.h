/// @file
/// Who holds what: which processes have a pipe, a socket or an eventfd open, or share a memory.
///
/// A wait can be ended from inside only if somebody inside holds the other end; and it cannot be
/// ended from outside only if nobody outside does. Both are looked up here, and both have to be
/// *found*: of a process that cannot be looked into, nothing is known (see `unknown`).
///
/// Thread safety: none.
#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/hang_proof/sockets.h"

namespace workbench::hang_proof {

/// Where the other ends of a wait are: all `inside` the tree, or some `outside`, or it is
/// `unknown`.
struct WakerReach {
  enum class Kind { inside, outside, unknown };
  Kind kind = Kind::inside;
  std::string why{};  ///< the reason, for a person; empty for `inside`

  static WakerReach outside(std::string why) { return {Kind::outside, std::move(why)}; }
  static WakerReach unknown(std::string why) { return {Kind::unknown, std::move(why)}; }

  bool inside() const { return kind == Kind::inside; }

  /// There is one more of these ends. Keeps what says most: `outside`, then `unknown`.
  void add(WakerReach other);
};

/// One line of /proc/PID/maps.
struct Mapping {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::string permissions, offset, device, inode, path;

  bool shared() const { return permissions.ends_with('s'); }
  bool anonymous() const { return inode == "0"; }
  /// The same for all that map the same memory.
  std::string object() const { return "memory " + device + " " + inode; }
};

std::vector<Mapping> mappings_of(pid_t thread);

/// What a descriptor refers to, so that two descriptors with the same name refer to the same thing:
/// `pipe:[4711]`, `socket:[4711]`, `eventfd 17`, `fifo 8:1 4711` or `memory 00:01 4711` (if their
/// path is gone). Of an object that has no such name, what /proc
/// shows: `anon_inode:[timerfd]`. Empty if it cannot be read.
std::string name_of_object(pid_t thread, int fd);

/// The same of a file or a fifo whose path is gone.
std::string name_without_path(const struct stat& file);

/// /proc/TID/fdinfo/FD.
std::string info_of(pid_t thread, int fd);

/// Who gets the signals of this descriptor (F_GETOWN): a process or a thread, or minus the number
/// of a group; 0: nobody. Empty if it cannot be found out.
std::optional<pid_t> owner_of_signals(pid_t process, int fd);

/// A descriptor of a process.
struct Holder {
  pid_t process = 0;
  pid_t thread = 0;
  int fd = -1;
  bool reads = false;    ///< may be read from
  bool writes = false;   ///< may be written to
  bool signals = false;  ///< sends a signal when something happens to it (O_ASYNC)
};

/// A descriptor of a thread.
Holder holder_of(pid_t thread, int fd);

class Holders {
 public:
  /// `keep_descriptors`: the programs inside are known not to hand descriptors to others.
  Holders(const std::vector<pid_t>& inside, bool keep_descriptors);

  const SocketTable& sockets() const { return sockets_; }

  bool is_inside(pid_t process) const { return inside_.contains(process); }

  /// The descriptors of the processes inside, by the names of the objects that they refer to.
  const std::map<std::string, std::vector<Holder>>& all_inside() const;
  /// Those that refer to this object.
  const std::vector<Holder>& inside(const std::string& object) const;
  bool open_outside(const std::string& object) const;

  /// Calls `visit` for each descriptor of the processes outside that we may look into (of the
  /// others: see `unknown`). False: while it looked, ever more processes came.
  bool visit_outside(const std::function<void(pid_t process, pid_t thread, int fd)>& visit) const;
  /// The descriptors of others that refer to objects of this kind, which have no names of their
  /// own: timers and epolls.
  const std::vector<Holder>& without_name_outside(const std::string& kind) const;
  bool mapped_outside(const std::string& object) const;

  /// Why something that was made inside may be held by somebody whom we cannot look into. Empty:
  /// nobody can, because there is nobody, or no local socket over which a descriptor could have
  /// come there, not even through others. (One that was closed since is not seen: see proof.h.)
  const std::string& unknown() const;

  /// Who could hold this object, which was made inside and has no name? `what` it is, for a person.
  WakerReach made_inside(const std::string& what, const std::string& object) const;
  /// The same of an eventfd: the kernel may signal it for others who have no descriptor any more.
  WakerReach eventfd(const std::string& object) const;
  /// Who could find a file whose path is gone? Somebody to whom it was mounted.
  WakerReach without_path() const;
  /// Who could wake a thread that waits in memory of its process alone? That has all of it in
  /// common with another process, if that was made by clone(2) so.
  WakerReach memory_of(pid_t process) const;
  /// Does a descriptor that somebody outside holds send a signal to one of these processes?
  WakerReach signals_from_outside() const;

 private:
  template <class Look>
  bool each_outside(Look look_at_one) const;
  void look_inside() const;
  void look_outside() const;
  void look_at(pid_t process) const;
  void note_files_of_ring(const std::string& info) const;
  void note_signals_of(const std::string& info, const std::string& object, pid_t process,
                       int fd) const;
  std::string way_out() const;
  void note_descriptors_in(const std::string& object, pid_t thread, int fd) const;

  std::set<pid_t> inside_;
  bool keep_descriptors_;
  SocketTable sockets_{};
  mutable std::optional<std::map<std::string, std::vector<Holder>>> held_inside_{};
  mutable bool looked_outside_ = false;
  mutable std::set<std::string> open_{};  // what others hold
  mutable std::map<std::string, std::vector<Holder>> without_name_{};
  mutable std::set<std::string> mapped_{};  // memory that others share
  mutable bool signals_eventfds_ = false;   // the kernel, for somebody outside
  mutable WakerReach signals_{};            // those that descriptors outside send
  mutable std::map<pid_t, WakerReach> memory_{};
  mutable std::optional<WakerReach> without_path_{};
  mutable std::string unseen_{};  // why there are processes that we cannot look into
  mutable std::string unknown_{};
};

}  // namespace workbench::hang_proof
