/// @file
/// Who could end this wait? A thread waits on something that has other ends: on a pipe, say, which
/// others may write to. Here it is found out whether all of these ends lie inside the watched tree.
///
///     futex                 private: its own process, and one that shares all of its memory
///                           (clone(2)). Shared: whoever maps that memory
///     descriptor            whoever holds an end of what it refers to: descriptor_wakers.h
///     epoll, poll, select   all of what they watch
///     lock of a file        whoever holds it: lock_wakers.h
///     child                 processes of the tree, and whatever else they trace (ptrace(2))
///     signal                nobody, unless it waits for Ctrl-C; others: self_acting.h
///     all else              anybody: a named object, a device
///
/// Timers, signals and io_uring act upon a whole process, whatever it waits for: self_acting.h.
///
/// Thread safety: none.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <vector>

#include "scenarios/hang_proof/descriptor_wakers.h"
#include "scenarios/hang_proof/holders.h"
#include "scenarios/hang_proof/system_call.h"

namespace workbench::hang_proof {

/// A thread, and the call without a limit that it waits in.
struct WaitingThread {
  pid_t process = 0;
  pid_t thread = 0;
  SystemCall call{};
};

class Wakers {
 public:
  explicit Wakers(const Holders& holders) : holders_(holders), descriptors_(holders) {}

  /// Can anybody outside the tree end this wait?
  WakerReach reach_of(const WaitingThread& waiting) const;

 private:
  WakerReach descriptors(pid_t thread, const std::vector<int>& fds) const;
  WakerReach two_descriptors(const WaitingThread& waiting) const;
  WakerReach futex(const WaitingThread& waiting, std::uint64_t address) const;
  WakerReach futexes(const WaitingThread& waiting) const;
  WakerReach memory(const WaitingThread& waiting, const Mapping& mapping) const;

  const Holders& holders_;
  const DescriptorWakers descriptors_;
};

}  // namespace workbench::hang_proof
