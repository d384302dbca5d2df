/// @file
/// Runs a program the way a shell does, and leaves nothing of it behind.
///
///     Child child({program, "--workers", "2"});
///     const Child::Result result = child.wait();
///
/// Requires: the test starts processes only as Children. Those that a program leaves behind become
/// the test's, and are found by that.
///
/// Thread safety: none.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace workbench::testing {

/// A running program, the leader of a process group of its own. It dies with the test.
class Child {
 public:
  struct Result {
    int code = 0;                      ///< its exit code; -9 if SIGKILL ended it
    std::string out;                   ///< what it wrote to stdout
    std::string err;                   ///< what it wrote to stderr
    bool left_workers_behind = false;  ///< in its process group or in any other
  };

  /// Starts `command[0]` with the rest as its arguments. `terminal`: a descriptor to be its stderr,
  /// in place of one that is kept for the Result. Throws std::system_error.
  explicit Child(std::vector<std::string> command, int terminal = -1);
  Child(const Child&) = delete;
  /// Kills whatever is left of it, and waits for its end.
  ~Child();

  pid_t pid() const { return pid_; }

  /// Has the program ended? Its workers may live.
  bool has_ended() const;

  /// What it has written so far.
  std::string out() const;
  std::string err() const;

  /// Sends the signal to the program, and not to its workers.
  void send(int signal) const;

  /// Waits for the end of the program. No limit.
  Result wait();

  /// Waits until no process of the group is left, having `wait`ed for the program. No limit.
  void wait_for_workers();

 private:
  pid_t pid_ = -1;
  int out_;
  int err_;
};

}  // namespace workbench::testing
