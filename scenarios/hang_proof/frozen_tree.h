/// @file
/// A tree of processes, frozen at one instant: every thread stands at the entry of the system call
/// that it waits in, and none of them can do anything.
///
///     FrozenTree tree(root);            every thread stands still; there is no other one
///     for (auto& thread : tree) …       now look, as long as you like
///     tree.let_wait();                  every thread sleeps in its call, and none has come back
///
/// Why that is more than two looks through /proc: a thread that starts another one and ends escapes
/// from looks, because each of them is listed before or after. It cannot escape from ptrace: what a
/// seized thread starts is seized from its first instruction on. So once a complete list shows
/// nothing but seized threads, no other thread is in the tree, and none comes into it unnoticed.
///
/// And why at the *entry* of their calls: a call has read its arguments when it began. What stands
/// in memory later (an array of `poll`, say) may have been changed by another thread since; and the
/// number of a descriptor may belong to something else. Here each call begins under our eyes, with
/// what we read.
///
/// Thread safety: as Tracee. The tree is let go when the thread of ours that made it ends.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/hang_proof/proc.h"
#include "scenarios/hang_proof/tracee.h"

namespace workbench::hang_proof {

class FrozenTree {
 public:
  /// Throws Moved if something runs or comes and goes, Refused if a thread may not be stopped. The
  /// threads have to wait in calls without a limit: see snapshot.h.
  explicit FrozenTree(const Tree& tree);

  std::vector<pid_t> processes() const;
  std::vector<Tracee>& threads() { return threads_; }

  /// Lets each thread make this call instead of its own, and then stand at the entry of its own
  /// again. Returns the results: -errno where it failed. Throws Moved.
  std::vector<long> call_in_each(long number, const std::vector<std::uint64_t>& arguments);

  /// Lets every thread go on, until each of them sleeps in its call again. Throws Moved if one
  /// comes back from it. When this returns, there was an instant at which all of them slept.
  void let_wait() const;

 private:
  void seize_all(const Tree& tree);
  void stop_all();

  std::vector<Tracee> threads_;
};

}  // namespace workbench::hang_proof
