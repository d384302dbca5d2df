/// @file
/// How one process wakes another: an eventfd that is rung only when the other side sleeps.
///
///     sleeper                          waker
///       1. says "I sleep"                1. moves the ring
///       2. looks at the ring again       2. looks whether the other says "I sleep"
///       3. waits for the bell            3. if so, takes that back and rings
///
/// All four first and second steps are sequentially consistent. So whichever second step comes last
/// sees the first step of the other side: no wake-up is lost. And while both sides are busy, no
/// system call is made.
///
/// If the waker is killed between "takes that back" and "rings", nobody rings. But the other side
/// does not sleep for ever: the parent also waits for the pidfd of every worker, and a worker for
/// the one of its parent.
///
/// An action may close descriptors that it does not own, or put others in their place. A worker
/// looks whether its bells are still there before it rings or waits: otherwise it might ring
/// somebody else's file, or wait for it.
#pragma once

#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <system_error>

#include "core/posix/unique_fd.h"

namespace workbench::processes {

/// The flag lives in memory that both sides share.
using SleepFlag = std::atomic<std::uint32_t>;

class Doorbell {
 public:
  /// Throws std::system_error when there are no more file descriptors.
  Doorbell() : fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (!fd_) throw std::system_error(errno, std::generic_category(), "eventfd");
    fstat(fd_.get(), &made_);
  }

  int fd() const { return fd_.get(); }

  /// Is the descriptor still this bell? It cannot tell one eventfd from another.
  bool is_there() const {
    struct stat now {};
    return fstat(fd_.get(), &now) == 0 && now.st_dev == made_.st_dev && now.st_ino == made_.st_ino;
  }

  /// Rings if the owner of the bell said that it sleeps.
  void ring_if(SleepFlag& asleep) const {
    if (asleep.load() != 0 && asleep.exchange(0) != 0) eventfd_write(fd_.get(), 1);
  }

  /// Forgets all rings so far.
  void silence() const {
    eventfd_t rings = 0;
    eventfd_read(fd_.get(), &rings);
  }

 private:
  posix::UniqueFd fd_;
  struct stat made_ {};
};

}  // namespace workbench::processes
