/// @file
/// Schedules as text, and strategies that follow a schedule or make one at random.
///
/// A schedule has one letter for each moment at which there was a choice: the number of the option,
/// as `0` to `9` and `a` to `y` for 0 to 34. A larger number is `z` and three letters, which say
/// how much larger than 35 it is. Option 0 lets the same thread go on, if it can. So a schedule
/// without interruptions is all zeros, and zeros at its end can be left out.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "core/simulated/scheduler.h"

namespace workbench::simulated {

class Schedule {
 public:
  static constexpr std::string_view kLetters = "0123456789abcdefghijklmnopqrstuvwxyz";
  static constexpr std::size_t kMany = 35;                          // `z`
  static constexpr std::array<std::size_t, 3> kUnits{1296, 36, 1};  // of the letters after it

  /// Notes a choice. If there was only one option, there was no choice, and nothing is noted.
  void add(std::size_t chosen, std::size_t count) {
    if (count < 2) return;
    text_ += kLetters[std::min(chosen, kMany)];
    if (chosen < kMany) return;
    for (const std::size_t unit : kUnits) {
      text_ += kLetters[(chosen - kMany) / unit % kLetters.size()];
    }
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// Follows a schedule, and beyond its end takes option 0.
class Replay final : public Strategy {
 public:
  /// Throws std::invalid_argument for a character that no schedule has.
  explicit Replay(std::string schedule) : schedule_(std::move(schedule)) {
    const std::size_t bad = schedule_.find_first_not_of(Schedule::kLetters);
    if (bad == std::string::npos) return;
    throw std::invalid_argument(
        fmt::format("letter {} of the schedule is none; allowed: 0 to 9 and a to z", bad + 1));
  }

  std::optional<std::size_t> choose(const std::vector<Transition>& options) override {
    return pick(options.size());
  }
  std::size_t pick(std::size_t count) override {
    if (count < 2 || next_ >= schedule_.size()) return 0;
    const std::size_t here = next_ + 1;
    std::size_t chosen = letter();
    if (chosen == Schedule::kMany) {
      for (const std::size_t unit : Schedule::kUnits) chosen += letter() * unit;
    }
    if (chosen >= count && misfit_.empty()) {
      misfit_ = fmt::format("letter {} of the schedule is option {}; allowed there: 0 to {}", here,
                            chosen, count - 1);
    }
    return std::min(chosen, count - 1);
  }

  /// Why the schedule does not fit the program that was run; empty if it fits.
  std::string misfit() const {
    if (!misfit_.empty() || next_ >= schedule_.size()) return misfit_;
    return fmt::format("the schedule has {} letters; the run is at its end after {}",
                       schedule_.size(), next_);
  }

  void stepped(const std::vector<Access>& /*accesses*/) override {}
  void enabled(ThreadId /*by*/, ThreadId /*whom*/) override {}

 private:
  // The next letter, as a number. Behind the end there are zeros.
  std::size_t letter() {
    return next_ < schedule_.size() ? Schedule::kLetters.find(schedule_[next_++]) : 0;
  }

  std::string schedule_;
  std::size_t next_ = 0;
  std::string misfit_;
};

/// Lets another strategy choose, and notes what it has chosen, and from how many.
class Noted final : public Strategy {
 public:
  struct Choice {
    std::size_t chosen;
    std::size_t count;
  };

  explicit Noted(Strategy& inner) : inner_(inner) {}

  std::optional<std::size_t> choose(const std::vector<Transition>& options) override {
    const auto chosen = inner_.choose(options);
    if (chosen) note(*chosen, options.size());
    return chosen;
  }
  std::size_t pick(std::size_t count) override {
    const std::size_t chosen = inner_.pick(count);
    note(chosen, count);
    return chosen;
  }
  void stepped(const std::vector<Access>& accesses) override { inner_.stepped(accesses); }
  void enabled(ThreadId by, ThreadId whom) override { inner_.enabled(by, whom); }

  /// Where there was only one option, there was no choice.
  const std::vector<Choice>& choices() const { return choices_; }

 private:
  void note(std::size_t chosen, std::size_t count) {
    if (count > 1) choices_.push_back({chosen, count});
  }

  Strategy& inner_;
  std::vector<Choice> choices_{};
};

/// Chooses at random, and notes the schedule. See explore_randomly.
class Random final : public Strategy {
 public:
  Random(std::uint64_t seed, std::size_t depth, std::size_t length)
      : random_(seed), by_priority_(depth > 0) {
    while (losses_.size() < std::min(depth, length)) losses_.insert(below(length));
  }

  std::optional<std::size_t> choose(const std::vector<Transition>& options) override {
    const std::size_t chosen = by_priority_ ? highest(options) : below(options.size());
    if (losses_.contains(step_++)) priorities_[options[chosen].thread] = lowest_--;
    schedule_.add(chosen, options.size());
    return chosen;
  }
  std::size_t pick(std::size_t count) override {
    const std::size_t chosen = below(count);
    schedule_.add(chosen, count);
    return chosen;
  }
  void stepped(const std::vector<Access>& /*accesses*/) override {}
  void enabled(ThreadId /*by*/, ThreadId /*whom*/) override {}

  const std::string& schedule() const { return schedule_.text(); }

 private:
  std::size_t below(std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_);
  }
  std::int64_t priority(ThreadId thread) {
    const auto [entry, added] = priorities_.try_emplace(thread, 0);
    if (added) entry->second = static_cast<std::int64_t>(below(1'000'000)) + 1;
    return entry->second;
  }
  std::size_t highest(const std::vector<Transition>& options) {
    std::size_t best = 0;
    for (std::size_t i = 1; i < options.size(); ++i) {
      if (priority(options[i].thread) > priority(options[best].thread)) best = i;
    }
    return best;
  }

  std::mt19937_64 random_;
  bool by_priority_;
  std::set<std::size_t> losses_;  // steps at which the running thread loses its priority
  std::map<ThreadId, std::int64_t> priorities_;
  std::int64_t lowest_ = 0;
  std::size_t step_ = 0;
  Schedule schedule_;
};

}  // namespace workbench::simulated
