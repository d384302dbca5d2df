#include "scenarios/run/repeated_runs.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

namespace workbench::scenarios {
namespace {

bool is_worse(const JudgedRun& left, const JudgedRun& right) {
  if (left.is_different() != right.is_different()) return left.is_different();
  constexpr std::array kWorstFirst{Verdict::invalid, Verdict::hang,  Verdict::silent_loss,
                                   Verdict::crash,   Verdict::stuck, Verdict::stopped,
                                   Verdict::reported};
  const auto rank = [&](const JudgedRun& run) {
    return std::find(kWorstFirst.begin(), kWorstFirst.end(), run.record.verdict);
  };
  return rank(left) < rank(right);
}

}  // namespace

void RepeatedRuns::add(JudgedRun run) {
  ++counts_[std::string(name_of(run.record.verdict))];
  ++total_;
  if (!worst_ || is_worse(run, *worst_)) worst_ = std::move(run);
}

bool RepeatedRuns::any_of(const std::vector<Verdict>& verdicts) const {
  return std::any_of(verdicts.begin(), verdicts.end(), [&](Verdict verdict) {
    return counts_.contains(std::string(name_of(verdict)));
  });
}

std::string RepeatedRuns::summary() const {
  std::vector<std::string> parts;
  parts.reserve(counts_.size());
  for (const auto& [verdict, count] : counts_)
    parts.push_back(fmt::format("{} {}", count, verdict));
  return fmt::format("{} runs: {}{}", total_, fmt::join(parts, ", "),
                     counts_.size() > 1 ? ". One of the worst:" : "");
}

}  // namespace workbench::scenarios
