/// @file
/// The children that become ours when the process that has started them is killed: this process is
/// their subreaper (prctl(2)). They are ended, and those that were here before are not.
///
/// Thread safety: none.
#pragma once

#include <sys/types.h>

#include <vector>

namespace workbench::scenarios {

class Orphans {
 public:
  /// Makes this process a subreaper. The children that it has now are never touched: a shell may
  /// have left them to it (`server & exec workbench …`).
  Orphans();

  /// Kills and reaps all children, and all that become children meanwhile, but for those that were
  /// here before, and for those to `keep`.
  void end(const std::vector<pid_t>& keep = {}) const;

 private:
  std::vector<pid_t> before_;
};

}  // namespace workbench::scenarios
