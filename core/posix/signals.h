/// @file
/// What a forked process does about signals.
///
/// Thread safety: BlockedSignals concerns its own thread only; SignalHandlers the whole process.
#pragma once

#include <csignal>
#include <vector>

namespace workbench::posix {

/// As long as it lives, no signal is delivered to this thread.
class BlockedSignals {
 public:
  BlockedSignals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  BlockedSignals(const BlockedSignals&) = delete;
  ~BlockedSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

  /// Afterwards no signal is blocked any more, whatever was blocked before.
  void unblock_all() { sigemptyset(&before_); }

 private:
  sigset_t before_{};
};

/// Which signals have a handler. The parent asks once for many children: it takes a system call for
/// each of 64 signals.
class SignalHandlers {
 public:
  /// Those that are there now.
  SignalHandlers() {
    for (int signal = 1; signal <= SIGRTMAX; ++signal) {
      struct sigaction now {};
      if (sigaction(signal, nullptr, &now) != 0) continue;  // the C library keeps some for itself
      const bool has_handler = (now.sa_flags & SA_SIGINFO) != 0 ||
                               (now.sa_handler != SIG_DFL && now.sa_handler != SIG_IGN);
      if (has_handler) handled_.push_back(signal);
    }
  }

  /// Puts the default action in the place of each. What is ignored stays ignored.
  void reset() const {
    for (const int signal : handled_) std::signal(signal, SIG_DFL);
  }

 private:
  std::vector<int> handled_;
};

}  // namespace workbench::posix
