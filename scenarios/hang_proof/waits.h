/// @file
/// What each thread waits for, and who could give it that, in the words of the program: for the
/// person who has the hang. Nothing is proved here.
///
///     descriptor   what it is, and who inside holds its other end
///     child        which one
///     futex        a mutex of the C library names its owner, and a thread that is joined, itself
///
/// A wait for one who waits, and so on, may come back to where it began: a circular wait.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "scenarios/hang_proof/snapshot.h"

namespace workbench::hang_proof {

/// Somebody of the tree who could end a wait.
struct Opposite {
  pid_t process = 0;
  pid_t thread = 0;  ///< 0: any of its threads
  int fd = -1;       ///< the descriptor by which it could; -1: none
  std::string command{};
};

struct WaitOfThread {
  pid_t process = 0;
  pid_t thread = 0;
  std::string kind{};    ///< descriptor, child, mutex, thread, futex, signal, time; empty: it runs
  std::string object{};  ///< a pipe, say, or a path
  int fd = -1;           ///< its own descriptor; -1: none
  bool timed = false;    ///< a limit of time ends it
  std::vector<Opposite> by{};

  /// `waits for a pipe (fd 3): its other end is held by perl 17682 (fd 4)`
  std::string text() const;
};

/// One for each thread. To be asked while the threads stand still.
std::vector<WaitOfThread> waits_of(const std::vector<ThreadSnapshot>& snapshots);

/// Whom the first one waits for waits for another, and so on: the index of the last of them, as far
/// as each wait can be ended by one only. On a circle, one of it.
std::size_t last_link(const std::vector<WaitOfThread>& waits, std::size_t first);

/// A circle of waits each of which only the next one can end, as a sentence. Empty: there is none.
std::string circle_in(const std::vector<WaitOfThread>& waits);

}  // namespace workbench::hang_proof
