/// @file
/// Which processes of a tree have ended, when, and how: the ledger of the dead.
///
/// The kernel tells of each end in the system by its proc connector (netlink(7)), if we may listen:
/// as root, and not in a container. Otherwise only those ends are known that are reported here by
/// `note`: of processes whose parents were gone.
///
/// Thread safety: none.
#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

#include "core/posix/unique_fd.h"
#include "core/time.h"
#include "scenarios/process/child_process.h"

namespace workbench::scenarios {

struct EndedProcess {
  pid_t process = 0;
  std::string command{};  ///< its name, as far as it was known
  ProcessEnd end{};
  TimePoint when{};

  /// It was killed, or says by its exit code that it has failed.
  bool is_failure() const { return end.signal.has_value() || end.code.value_or(0) != 0; }
  /// `python3 6170 was killed by SIGKILL`
  std::string text() const;
};

class EndedProcesses {
 public:
  /// Listens from now on: make it before the tree is started, if you start it. The tree is these
  /// processes, and what they start.
  explicit EndedProcesses(const std::vector<pid_t>& tree);

  /// Reads what the kernel has told. Call it now and then: it keeps only so much for us.
  void update();

  void note(const EndedProcess& ended);

  /// In the order in which they have ended.
  const std::vector<EndedProcess>& all() const { return ended_; }
  /// Some may be missing, because we may not listen, or the kernel had too much to tell.
  bool may_miss_some() const { return may_miss_some_; }

 private:
  void handle(const void* event);

  posix::UniqueFd link_{};
  bool may_miss_some_ = false;
  std::map<pid_t, std::string> tree_{};  // those that live, with their names
  std::vector<EndedProcess> ended_{};
};

}  // namespace workbench::scenarios
