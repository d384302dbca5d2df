/// @file
/// Lets a signal that asks a program to end do so in good order: by an exception, so that the
/// destructors end what the program has started, and remove what it has written.
///
/// Thread safety: none.
#pragma once

#include <array>
#include <csignal>
#include <cstddef>

namespace workbench::scenarios {

/// One of these signals has come. It is no std::exception: nobody shall take it for an error, and
/// go on.
struct AskedToEnd {
  int signal;
};

/// As long as it lives, SIGINT, SIGQUIT, SIGTERM and SIGHUP only make `check` throw, except those
/// that this program was told to ignore. Only one may exist at a time.
class OrderlyEnd {
 public:
  OrderlyEnd();
  OrderlyEnd(const OrderlyEnd&) = delete;
  ~OrderlyEnd();

  /// Throws AskedToEnd if such a signal has come.
  static void check();

 private:
  static constexpr std::array kSignals{SIGINT, SIGQUIT, SIGTERM, SIGHUP};
  std::array<struct sigaction, kSignals.size()> before_{};
};

}  // namespace workbench::scenarios
