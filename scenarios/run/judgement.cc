#include "scenarios/run/judgement.h"

#include <fmt/format.h>

#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

namespace workbench::scenarios {
namespace {

class Differences {
 public:
  template <class Value>
  void compare(std::string_view what, const Value& expected, const Value& seen) {
    if (expected == seen) return;
    found_.push_back(fmt::format("{}: expected {}, got {}", what, expected, seen));
  }
  void add(std::string difference) { found_.push_back(std::move(difference)); }
  std::vector<std::string> take() { return std::move(found_); }

 private:
  std::vector<std::string> found_;
};

std::string_view kind_name(const std::optional<Hang>& hang) {
  return hang && hang->kind ? name_of(*hang->kind) : "unknown";
}

// How many tasks must be missing. If the file does not say: none, if the run is expected to end
// well; otherwise any number. Our own pools account for every task even in the error that they
// throw.
std::optional<std::size_t> missing_expected(const Expectation& expectation, bool is_ours) {
  if (expectation.missing) return expectation.missing;
  switch (expectation.verdict) {
    case Verdict::stopped:
      if (!is_ours) return std::nullopt;
      return 0;
    case Verdict::completed:
    case Verdict::reported:
      return 0;
    default:
      return std::nullopt;
  }
}

void compare_hang(const Expectation& expectation, const RunRecord& record, Differences& found) {
  if (expectation.hang) {
    found.compare("hang", name_of(*expectation.hang), kind_name(record.hang));
  }
  if (expectation.verdict != Verdict::hang || !record.hang) return;
  found.compare("proof", name_of(Proof::proved), name_of(record.hang->proof));
  if (record.hang->kind == HangKind::lost_wakeup) {
    found.compare("hang", std::string_view("a wait that nobody can end"), kind_name(record.hang));
  }
}

std::vector<std::string> differences(const RunRecord& record, const Expectation* expectation,
                                     bool is_ours) {
  Differences found;
  if (expectation != nullptr) {
    found.compare("verdict", name_of(expectation->verdict), name_of(record.verdict));
  }
  // What it did without a fault proves nothing of what it does with one.
  if (expectation != nullptr && !says_nothing_of_pool(record.verdict) && !record.faults.empty() &&
      !record.was_struck()) {
    found.add("none of its faults has struck");
  }
  if (expectation != nullptr && record.verdict != Verdict::not_applicable) {
    compare_hang(*expectation, record, found);
    const Tally& tally = record.result.tally;
    for (const auto& [kind, count] : expectation->counts) {
      found.compare(name_of(kind), count, tally[kind]);
    }
    if (const auto missing = missing_expected(*expectation, is_ours)) {
      found.compare("missing", *missing, tally.missing());
    }
  }
  found.compare<std::size_t>("processes left behind", 0, record.leaked_processes);
  for (const std::string& mistake : record.mistakes) found.add(mistake);
  return found.take();
}

// What no pool should do, whatever the scenario.
bool breaks_a_promise(Verdict verdict) {
  return verdict == Verdict::hang || verdict == Verdict::silent_loss || verdict == Verdict::crash;
}

}  // namespace

JudgedRun judge(RunSpec spec, RunRecord record, WhereOpen where_open) {
  JudgedRun run{.spec = std::move(spec), .record = std::move(record)};
  const bool open = run.expectation() == nullptr;
  run.differences = differences(run.record, run.expectation(), run.spec.subject->on_our_runtimes);
  const bool broken =
      open && where_open == WhereOpen::promises_count && breaks_a_promise(run.record.verdict);
  if (!run.differences.empty() || broken) {
    run.mark = Mark::different;
  } else if (says_nothing_of_pool(run.record.verdict)) {
    run.mark = Mark::aside;
  } else {
    run.mark = open ? Mark::open : Mark::as_expected;
  }
  return run;
}

}  // namespace workbench::scenarios
