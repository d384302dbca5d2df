/// @file
/// The two ends of a pipe or of a pair of sockets.
#pragma once

#include <unistd.h>

namespace workbench::testing {

struct Pair {
  Pair() = default;
  Pair(const Pair&) = delete;
  ~Pair() {
    for (const int end : ends) close(end);
  }

  int ends[2] = {-1, -1};
};

/// Waits for a byte. Untimed: without one, this is the wait that a test is about.
inline void read_one(int fd) {
  char byte = 0;
  while (read(fd, &byte, 1) < 0) {
  }
}

}  // namespace workbench::testing
