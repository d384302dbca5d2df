#include "scenarios/account.h"

#include <fmt/format.h>

namespace workbench::scenarios {

std::string describe(const Ledger& ledger, std::string_view ok) {
  std::string text = fmt::format("{} {}", ledger.ok, ok);
  const auto add = [&](std::size_t count, std::string_view what) {
    if (count > 0) text += fmt::format(", {} {}", count, what);
  };
  add(ledger.failed, "failed");
  add(ledger.lost, "lost");
  add(ledger.timed_out, "timed out");
  add(ledger.not_started, "not started");
  add(ledger.missing, "missing");
  return text;
}

}  // namespace workbench::scenarios
