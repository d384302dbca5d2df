#include "scenarios/process/orderly_end.h"

namespace workbench::scenarios {
namespace {

volatile std::sig_atomic_t asked = 0;  // the signal that has come

}  // namespace

OrderlyEnd::OrderlyEnd() {
  asked = 0;
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    sigaction(kSignals.at(i), nullptr, &before_.at(i));
    if (before_.at(i).sa_handler == SIG_IGN) continue;  // as under nohup
    struct sigaction wish {};
    wish.sa_handler = [](int signal) { asked = signal; };
    sigaction(kSignals.at(i), &wish, nullptr);
  }
}

OrderlyEnd::~OrderlyEnd() {
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    sigaction(kSignals.at(i), &before_.at(i), nullptr);
  }
}

void OrderlyEnd::check() {
  if (asked != 0) throw AskedToEnd{asked};
}

}  // namespace workbench::scenarios
