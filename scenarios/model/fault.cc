#include "scenarios/model/fault.h"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <thread>

namespace workbench::scenarios {

std::string describe(const Fault& fault) {
  std::string text = fmt::format("{} {}", name_of(fault.kind), name_of(fault.at));
  if (fault.worker) text += fmt::format(", worker {}", *fault.worker);
  if (fault.task) text += fmt::format(", task {}", *fault.task);
  if (fault.pop) text += fmt::format(", pop {}", *fault.pop);
  return text;
}

void strike(const Fault& fault, const Sleep& sleep) {
  const auto pass = [&](std::chrono::milliseconds time) {
    sleep ? sleep(time) : std::this_thread::sleep_for(time);
  };
  switch (fault.kind) {
    case FaultKind::throw_standard:
      throw std::runtime_error(fault.message);
    case FaultKind::throw_nonstandard:
      throw 42;
    case FaultKind::exit:
      std::exit(fault.code);
    case FaultKind::abort:
      std::abort();
    case FaultKind::segfault:
      std::signal(SIGSEGV, SIG_DFL);  // a sanitizer's handler would call exit instead
      std::raise(SIGSEGV);
      return;
    case FaultKind::kill:
      kill(getpid(), SIGKILL);
      return;
    case FaultKind::sleep_forever:
      for (;;) pass(std::chrono::hours(1));
    case FaultKind::spin_forever:
      for (std::atomic<bool> forever{true}; forever.load();) {
      }
      return;
    case FaultKind::slow:
      pass(fault.delay);
      return;
  }
}

}  // namespace workbench::scenarios
