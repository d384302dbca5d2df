/// @file
/// What a process was given by the one that has started it: which signals it ignores, and which are
/// blocked. `nohup` and shells hand that on to a program that way, so whoever starts a program in
/// their place hands it on, too.
#pragma once

#include <array>
#include <csignal>

namespace workbench::posix {

class InheritedSignals {
 public:
  /// As it is now: make it before you change anything.
  InheritedSignals() {
    sigprocmask(SIG_BLOCK, nullptr, &blocked_);
    for (int signal = 1; signal < NSIG; ++signal) {
      struct sigaction now {};
      if (sigaction(signal, nullptr, &now) != 0) continue;  // the C library keeps some for itself
      ignored_.at(static_cast<std::size_t>(signal)) = now.sa_handler == SIG_IGN;
    }
  }

  bool ignores(int signal) const { return ignored_.at(static_cast<std::size_t>(signal)); }

  /// In a child, before it becomes another program.
  void restore() const {
    for (int signal = 1; signal < NSIG; ++signal) {
      if (signal != SIGKILL && signal != SIGSTOP)
        std::signal(signal, ignores(signal) ? SIG_IGN : SIG_DFL);
    }
    sigprocmask(SIG_SETMASK, &blocked_, nullptr);
  }

 private:
  sigset_t blocked_{};
  std::array<bool, NSIG> ignored_{};
};

}  // namespace workbench::posix
