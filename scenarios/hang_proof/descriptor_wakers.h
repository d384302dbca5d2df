/// @file
/// Who could end a wait for this descriptor?
///
///     pipe              those who hold the other end; a named one: anybody
///     socket            of a connected pair, local or TCP: whoever holds one of the two; any
///                       other: anybody
///     eventfd, timer    whoever holds it; a timer that is set ends the wait by itself
///     epoll             all of what it watches
///     pidfd             that process
///     pseudoterminal    anybody, whoever holds its two ends: what somebody writes who opens
///                       /dev/pts/N comes to the other end, and whoever opens it may change how it
///                       is read, and put something into its input
///     all else          anybody: a device, a file
///
/// The other ends have to be *found* inside. If a pipe is empty and a read of it waits, somebody
/// holds its end for writing, or the read would have returned. So if nobody is seen, it is somebody
/// whom we cannot see.
///
/// Thread safety: none.
#pragma once

#include <sys/types.h>

#include <set>
#include <string>

#include "scenarios/hang_proof/holders.h"

namespace workbench::hang_proof {

class DescriptorWakers {
 public:
  explicit DescriptorWakers(const Holders& holders) : holders_(holders) {}

  WakerReach reach_of(pid_t thread, int fd) const;

 private:
  using Epolls = std::set<std::string>;

  WakerReach descriptor(pid_t thread, int fd, Epolls& seen) const;
  WakerReach epoll(pid_t thread, int fd, Epolls& seen) const;
  WakerReach pipe(const std::string& object, pid_t thread, int fd) const;
  WakerReach terminal(const std::string& object, pid_t thread, int fd) const;
  WakerReach timerfd(pid_t thread, int fd) const;
  WakerReach pidfd(const std::string& info) const;
  WakerReach socket(const std::string& name) const;
  WakerReach without_name(const std::string& what, const std::string& name, pid_t thread,
                          int fd) const;

  const Holders& holders_;
};

}  // namespace workbench::hang_proof
