/// @file
/// Lets a long search be ended by Ctrl-C without losing what it has found.
///
/// Thread safety: none; one at a time in a program.
#pragma once

#include <csignal>

namespace workbench::scenarios {

/// While it lives, SIGINT is a wish to be told what has been found so far.
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
