/// @file
/// Runs without a word.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>

#include "core/posix/unique_fd.h"

namespace workbench::scenarios {

/// As long as it lives, what the runs write to stderr is thrown away: if a worker dies in each of a
/// million runs, nobody wants to read of it a million times.
class Silence {
 public:
  Silence() : stderr_(fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0)) {
    const posix::UniqueFd nowhere(open("/dev/null", O_WRONLY | O_CLOEXEC));
    std::fflush(stderr);
    dup2(nowhere.get(), STDERR_FILENO);
  }
  Silence(const Silence&) = delete;
  ~Silence() {
    std::fflush(stderr);
    dup2(stderr_.get(), STDERR_FILENO);
  }

 private:
  posix::UniqueFd stderr_;
};

}  // namespace workbench::scenarios
