/// @file
/// What may become of a task, and how many tasks had each of these outcomes.
///
///     submitted = ok + failed + lost + timed_out + not_started + missing
///
/// One vocabulary for all pools: reports, expectations, JSON and the command line use these names.
///
/// Thread safety: plain values.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>

namespace workbench {

enum class OutcomeKind : std::uint8_t {
  ok,           ///< it has a result
  failed,       ///< its action threw
  lost,         ///< its worker ended while it was on this task
  timed_out,    ///< it ran longer than it was allowed to
  not_started,  ///< no worker took it before the run was stopped
};

/// All kinds, in the order in which they are listed.
inline constexpr std::array kOutcomeKinds{OutcomeKind::ok, OutcomeKind::failed, OutcomeKind::lost,
                                          OutcomeKind::timed_out, OutcomeKind::not_started};

// A Tally uses a kind as an index, so the list must name each kind, in the order of the enum.
static_assert(static_cast<std::size_t>(kOutcomeKinds.back()) + 1 == kOutcomeKinds.size());

/// `timed_out`: the name in scenario files and JSON.
constexpr std::string_view name_of(OutcomeKind kind) {
  switch (kind) {
    case OutcomeKind::ok:
      return "ok";
    case OutcomeKind::failed:
      return "failed";
    case OutcomeKind::lost:
      return "lost";
    case OutcomeKind::timed_out:
      return "timed_out";
    case OutcomeKind::not_started:
      break;
  }
  return "not_started";
}

/// `timed out`: the words for a person.
std::string words_for(OutcomeKind kind);

/// How many tasks were submitted, and what became of them.
class Tally {
 public:
  explicit Tally(std::size_t submitted = 0) : submitted_(submitted) {}

  /// `Tally{{OutcomeKind::ok, 4}, {OutcomeKind::lost, 1}}`: of five tasks, none is missing.
  Tally(std::initializer_list<std::pair<OutcomeKind, std::size_t>> counts) {
    for (const auto& [kind, count] : counts) {
      counts_.at(index_of(kind)) = count;
      submitted_ += count;
    }
  }

  std::size_t submitted() const { return submitted_; }
  std::size_t operator[](OutcomeKind kind) const { return counts_.at(index_of(kind)); }
  std::size_t& operator[](OutcomeKind kind) { return counts_.at(index_of(kind)); }

  /// Tasks about which the pool says nothing. Requires: no more are counted than were submitted.
  std::size_t missing() const {
    return submitted_ - std::accumulate(counts_.begin(), counts_.end(), std::size_t{0});
  }

  /// `5 tasks: 4 ok, 1 failed, 0 lost, 0 timed out, 0 not started`
  std::string describe() const;

  /// `3 ok, 1 failed, 1 missing`: how many are ok, then every other count that is not 0. `ok` is
  /// the word to print for the first.
  std::string summary(std::string_view ok = "ok") const;

  bool operator==(const Tally&) const = default;

  /// Saves and loads (cereal).
  template <class Archive>
  void serialize(Archive& archive) {
    archive(submitted_);
    for (std::size_t& count : counts_) archive(count);
  }

 private:
  static constexpr std::size_t index_of(OutcomeKind kind) { return static_cast<std::size_t>(kind); }
  std::size_t submitted_ = 0;
  std::array<std::size_t, kOutcomeKinds.size()> counts_{};
};

}  // namespace workbench
