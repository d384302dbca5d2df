#include "scenarios/process/orphans.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "scenarios/hang_proof/proc.h"

namespace workbench::scenarios {
namespace {

// Also those that have ended.
std::vector<pid_t> children_of_here() {
  std::vector<pid_t> children;
  for (const pid_t each : hang_proof::all_processes()) {
    if (hang_proof::parent_of(each) == getpid()) children.push_back(each);
  }
  return children;
}

bool contains(const std::vector<pid_t>& all, pid_t one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

}  // namespace

Orphans::Orphans() : before_(children_of_here()) { prctl(PR_SET_CHILD_SUBREAPER, 1); }

void Orphans::end(const std::vector<pid_t>& keep) const {
  for (;;) {
    pid_t one = 0;
    for (const pid_t each : children_of_here()) {
      if (contains(before_, each) || contains(keep, each)) continue;
      if (kill(each, SIGKILL) == 0) one = each;
    }
    if (one == 0) return;
    while (waitpid(one, nullptr, 0) < 0 && errno == EINTR) {  // untimed: it was just killed
    }
  }
}

}  // namespace workbench::scenarios
