/// @file
/// Lets Ctrl-C end a long search without the loss of what it has found.
///
/// Thread safety: none. Only one may exist at a time.
#pragma once

#include <csignal>

namespace workbench::scenarios {

/// As long as it lives, SIGINT does not end the program; it only makes `is_asked_for` true, so that
/// the search can stop and show what it has found.
class Interruption {
 public:
  Interruption() {
    asked() = 0;
    struct sigaction wish {};
    wish.sa_handler = [](int /*signal*/) { asked() = 1; };
    sigaction(SIGINT, &wish, &before_);
  }
  Interruption(const Interruption&) = delete;
  ~Interruption() { sigaction(SIGINT, &before_, nullptr); }

  static bool is_asked_for() { return asked() != 0; }

 private:
  static volatile std::sig_atomic_t& asked() {
    static volatile std::sig_atomic_t asked = 0;
    return asked;
  }
  struct sigaction before_ {};
};

}  // namespace workbench::scenarios
