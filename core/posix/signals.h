/// @file
/// What a forked process does about signals.
///
/// Thread safety: BlockedSignals concerns its own thread only; reset_handlers the whole process.
#pragma once

#include <csignal>

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

/// Puts the default action in the place of each handler. What is ignored stays ignored.
inline void reset_handlers() {
  for (int signal = 1; signal <= SIGRTMAX; ++signal) {
    struct sigaction now {};
    if (sigaction(signal, nullptr, &now) != 0) continue;  // the C library keeps some for itself
    const bool has_handler = (now.sa_flags & SA_SIGINFO) != 0 ||
                             (now.sa_handler != SIG_DFL && now.sa_handler != SIG_IGN);
    if (has_handler) std::signal(signal, SIG_DFL);
  }
}

}  // namespace workbench::posix
