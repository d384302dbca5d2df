#include "core/exit.h"

#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <cstring>

namespace workbench {

std::string signal_name(int signal) {
  const char* abbreviation = sigabbrev_np(signal);
  return abbreviation == nullptr ? fmt::format("signal {}", signal)
                                 : fmt::format("SIG{}", abbreviation);
}

void report_unhandled(const Exit& exit) {
  if (exit.how != Exit::How::returned) std::fputs((exit.describe() + "\n").c_str(), stderr);
}

std::string Exit::describe() const {
  switch (how) {
    case How::returned:
      return fmt::format("worker {} returned", worker);
    case How::exception:
      return fmt::format("worker {} died: {}", worker, failure ? failure->headline() : "unknown");
    case How::exit:
      return fmt::format("worker {} exited with code {}", worker, code);
    case How::signal:
      return fmt::format("worker {} was killed by {}", worker, signal_name(signal));
    case How::cancelled:
      return fmt::format("worker {} was cancelled, or called pthread_exit", worker);
    case How::unknown:
      return worker == kNobody ? "its worker left, and its result never came"
                               : fmt::format("worker {} ended, and nobody knows how", worker);
    case How::not_started:
      return fmt::format("worker {} could not be started: {}", worker,
                         failure ? failure->what : "unknown");
  }
  return fmt::format("worker {} ended", worker);
}

}  // namespace workbench
