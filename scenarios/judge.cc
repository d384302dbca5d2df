#include "scenarios/judge.h"

#include <fmt/format.h>

#include <cstddef>
#include <optional>
#include <string_view>

namespace workbench::scenarios {
namespace {

constexpr std::string_view kLeftBehind = "processes left behind";

class Differences {
 public:
  template <class Value>
  void compare(std::string_view what, const Value& expected, const Value& seen) {
    if (expected != seen)
      found_.push_back(fmt::format("{}: expected {}, got {}", what, expected, seen));
  }
  void count(std::string_view what, const std::optional<std::size_t>& expected, std::size_t seen) {
    if (expected) compare(what, *expected, seen);
  }
  std::vector<std::string> take() { return std::move(found_); }

 private:
  std::vector<std::string> found_;
};

std::string_view kind_name(const std::optional<Hang>& hang) {
  return hang && hang->kind ? name_of(*hang->kind) : "unknown";
}

// What must be missing where the file says nothing: nothing, unless the run did not end well.
std::optional<std::size_t> missing_expected(const Expectation& expectation) {
  if (expectation.missing) return expectation.missing;
  switch (expectation.verdict) {
    case Verdict::completed:
    case Verdict::reported:
    case Verdict::stopped:
      return 0;
    default:
      return std::nullopt;
  }
}

}  // namespace

std::vector<std::string> differences(const RunRecord& record, const Expectation* expectation) {
  if (expectation != nullptr) return differences(record, *expectation);
  Differences found;
  found.compare<std::size_t>(kLeftBehind, 0, record.leaked_processes);
  return found.take();
}

std::vector<std::string> differences(const RunRecord& record, const Expectation& expectation) {
  Differences found;
  found.compare("verdict", name_of(expectation.verdict), name_of(record.verdict));
  if (expectation.hang) {
    found.compare("hang", name_of(*expectation.hang), kind_name(record.hang));
  }
  if (expectation.verdict == Verdict::hang && record.hang) {
    found.compare("proof", name_of(Proof::proved), name_of(record.hang->proof));
    if (record.hang->kind == HangKind::lost_wakeup) {
      found.compare("hang", std::string_view("a wait that nobody can end"), kind_name(record.hang));
    }
  }
  const Ledger& ledger = record.account.ledger;
  found.count("ok", expectation.ok, ledger.ok);
  found.count("failed", expectation.failed, ledger.failed);
  found.count("lost", expectation.lost, ledger.lost);
  found.count("timed_out", expectation.timed_out, ledger.timed_out);
  found.count("not_started", expectation.not_started, ledger.not_started);
  found.count("missing", missing_expected(expectation), ledger.missing);
  found.compare<std::size_t>(kLeftBehind, 0, record.leaked_processes);
  return found.take();
}

ExitCode exit_code_of(const RunRecord& record, const Expectation* expectation) {
  if (!differences(record, expectation).empty()) return kNotAsExpected;
  if (expectation != nullptr) return kAsExpected;
  if (record.hang && record.hang->proof == Proof::proved) return kHang;
  // What is merely corroborated is a run that did not end, and that nothing is proved of.
  const bool unended = record.verdict == Verdict::hang || record.verdict == Verdict::stuck;
  return unended ? kDeadline : kAsExpected;
}

}  // namespace workbench::scenarios
