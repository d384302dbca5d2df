/// @file
/// A run that is small enough to be explored while one waits, and all that can come of it.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "scenarios/model/scenario.h"
#include "scenarios/run/explore/exploration.h"
#include "scenarios/subjects/subject.h"

namespace workbench::scenarios {

/// Chance that is the same on every machine: the distributions of the standard library are not.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}

  /// A number from 0 to `count` - 1. Requires: `count` > 0.
  std::size_t below(std::size_t count) { return random_() % count; }

  template <class T>
  const T& one_of(const std::vector<T>& all) {
    return all[below(all.size())];
  }

  template <class T>
  void shuffle(std::vector<T>& all) {
    for (std::size_t left = all.size(); left > 1; --left)
      std::swap(all[left - 1], all[below(left)]);
  }

 private:
  std::mt19937_64 random_;
};

struct SmallRun {
  Scenario scenario{};
  const Subject* subject = nullptr;

  /// In words: how large it is, and what goes wrong.
  std::string words() const;
  /// The scenario as a file.
  std::string file() const;
};

/// One or two tasks and workers, at most one throw, somewhere.
SmallRun draw_run(Dice& dice, const std::vector<std::string>& subjects);

/// All that comes of it, in every schedule. `run` must outlive the result.
ExploredScenario explored(const SmallRun& run);

}  // namespace workbench::scenarios
