#include "scenarios/compare.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string>

#include "core/exit.h"
#include "scenarios/blocked.h"
#include "scenarios/child_run.h"
#include "scenarios/subject.h"

namespace workbench::scenarios {
namespace {

// How long a run is left alone between two looks at it, and how long what it leaves behind may
// stay.
constexpr std::chrono::milliseconds kPace{5};
constexpr std::chrono::seconds kGrace{1};

struct Seen {
  std::string text;
  bool good = false;  // every task is accounted for
};

Seen describe(const Account& account) {
  const Ledger& ledger = account.ledger;
  std::string text = account.error ? "error; " : "";
  if (ledger.ok == ledger.submitted) {
    text += fmt::format("all {} ok", ledger.ok);
  } else {
    text += fmt::format("{} ok", ledger.ok);
    if (ledger.failed > 0) text += fmt::format(", {} failed", ledger.failed);
    if (ledger.lost > 0) text += fmt::format(", {} lost", ledger.lost);
    if (ledger.timed_out > 0) text += fmt::format(", {} late", ledger.timed_out);
    if (ledger.missing > 0) text += fmt::format(", {} missing", ledger.missing);
  }
  return {text, ledger.missing == 0 && account.wrong == 0};
}

Seen see(const Subject& subject, const std::string& runtime, const Scenario& scenario) {
  ChildRun child([&] { return subject.run(scenario, runtime); }, ChildRun::Output::discarded);
  const TimePoint deadline = Clock::now() + scenario.deadline;
  while (!child.wait_until(Clock::now() + kPace)) {
    // Nobody outside could end its waits: no pool reads a terminal or a socket, or sets a timer.
    if (is_blocked(child.pid())) return {"hangs"};
    if (Clock::now() >= deadline) return {"not in time"};
  }
  const Ending ending = child.ending();
  if (ending.signal) return {"ended by " + signal_name(*ending.signal)};
  if (!ending.account) return {fmt::format("exited with {}", *ending.code)};
  Seen seen = describe(*ending.account);
  if (const std::size_t left = ChildRun::left_behind(kGrace); left > 0) {
    seen = {fmt::format("{}; {} processes left", seen.text, left)};
  }
  return seen;
}

std::size_t width_of(const Subject& subject) {
  constexpr std::size_t kNoEnd = 12;  // the longest text of a pool that gives no error
  return std::max(kNoEnd, subject.name.size());
}

std::string cell(const Palette& palette, const Seen& seen, std::size_t width) {
  const std::string padding(width - std::min(width, seen.text.size()), ' ');
  return (seen.good ? palette.good(seen.text) : palette.bad(seen.text)) + padding;
}

}  // namespace

int compare(const std::vector<Scenario>& scenarios, ColorMode color) {
  const Palette palette(color, STDOUT_FILENO);
  std::string head = fmt::format("{:<16} {:<9}", "scenario", "runtime");
  for (const Subject& subject : subjects()) {
    head += fmt::format(" {:<{}}", subject.name, width_of(subject));
  }
  fmt::print("{}\n", palette.strong(head));
  for (const Scenario& scenario : scenarios) {
    std::string name = scenario.name;
    for (const std::string& runtime : runtime_names()) {
      fmt::print("{:<16} {:<9}", std::exchange(name, ""), runtime);
      for (const Subject& subject : subjects()) {
        fmt::print(" {}", cell(palette, see(subject, runtime, scenario), width_of(subject)));
      }
      fmt::print("\n");
      std::fflush(stdout);
    }
  }
  return EXIT_SUCCESS;
}

}  // namespace workbench::scenarios
