/// @file
/// A thread of another process under ptrace(2). It can be stopped, put back to the beginning of the
/// system call that it waits in, and asked something about its process.
///
///     seize ──▶ interrupt ──▶ begin_again ──▶ let_wait
///     it notices  it leaves     it stands at    it is in its call once more,
///     nothing     its call      the entry of    unless `has_stopped`
///                               its call
///
/// In between it does not execute one instruction of its own program, so for the program nothing
/// has happened: a wait that was interrupted begins again with the same arguments, also where the
/// kernel would have made it fail with EINTR (`epoll_wait`). Two calls cannot begin again, and come
/// to an end as after any stop (signal(7)): a write that had written a part returns that part; and
/// a call that a socket had given a limit of time fails with EINTR. Both live; `begin_again` throws
/// Moved.
///
/// The kernel lets a thread go, in whatever state it is, when the thread of ours that has seized it
/// ends. So whoever kills this program, no stopped thread is left behind.
///
/// Thread safety: none. All is called by one thread of ours, and that one has to end:
/// `on_tracer_thread`.
#pragma once

#include <sys/types.h>
#include <sys/user.h>

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/hang_proof/system_call.h"

namespace workbench::hang_proof {

/// Thrown: something of the tree runs, or has changed while it was looked at.
struct Moved {
  std::string why;
};

/// Thrown: the kernel does not let us look.
struct Refused {
  std::string why;
};

class Tracee {
 public:
  /// Seizes the thread; new threads and processes that it starts are seized by the kernel. Throws
  /// Moved if it has ended, Refused if we may not, or cannot on this kind of processor (x86-64
  /// only).
  static Tracee seize(pid_t process, pid_t thread);

  pid_t process() const { return process_; }
  pid_t thread() const { return thread_; }

  /// Asks it to stop.
  void interrupt() const;

  /// Waits until it has stopped, wherever that is. Throws Moved if it has ended.
  void await_interruption() const { await_stop(); }

  /// Waits until it has stopped; then sends it to the entry of the call that it was in. Throws
  /// Moved if it was in none, or the call had come to its end.
  void begin_again();

  /// Waits until it stands at the entry of its call. Returns that call, as the kernel has it.
  const SystemCall& at_entry();
  /// The same call again.
  const SystemCall& entry() const { return entry_; }

  /// Makes the call with these arguments instead, and then stands at the entry of its own call
  /// again. Returns the result: -errno if it failed. Requires: `at_entry`.
  long call(long number, const std::vector<std::uint64_t>& arguments);

  /// The same in three parts, for many threads at once: each is asked first, then the answers are
  /// taken, then each is brought back `at_entry`.
  void ask(long number, const std::vector<std::uint64_t>& arguments);
  long answer();

  /// An address on its stack, below all that it uses.
  std::uint64_t scratch() const;

  /// Lets it go on into its call.
  void let_wait() const;

  /// Has it stopped since `let_wait`? Then it has come back from its call, started something, or
  /// got a signal.
  bool has_stopped() const { return stop().has_value(); }

 private:
  Tracee(pid_t process, pid_t thread) : process_(process), thread_(thread) {}

  std::optional<int> stop() const;
  int await_stop() const;
  void go_on_to_stop_at_calls() const;

  pid_t process_;
  pid_t thread_;
  SystemCall entry_{};
  user_regs_struct before_{};  // its registers, while it is asked
};

/// Runs `look` on a thread of its own. When this returns, that thread has ended, and whatever it
/// has seized goes on. Throws what `look` throws, and Refused if there is no thread to be had.
void on_tracer_thread(const std::function<void()>& look);

}  // namespace workbench::hang_proof
