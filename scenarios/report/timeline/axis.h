/// @file
/// An axis of time for several runs. Runs have long moments in which nothing happens, and short
/// ones in which much does: so the axis is stretched where something happens, and says which time
/// is where. The order of events is always that of their times.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace workbench::scenarios {

class Axis {
 public:
  struct Tick {
    double x = 0;
    std::string label{};  ///< `1.2 ms`
  };

  /// `moments` are the times at which something happens, in any order. The axis is at most `width`
  /// pixels long.
  Axis(std::vector<std::int64_t> moments, bool counts_steps, double width);

  /// Where a time is, in pixels from the begin of the axis. Times between moments lie between them.
  double at(std::int64_t time) const;
  double length() const { return places_.back(); }

  /// So many at most, at moments, with room for their labels.
  std::vector<Tick> ticks() const;

 private:
  std::string label_of(std::int64_t time) const;

  std::vector<std::int64_t> moments_;
  std::vector<double> places_;  // of the moments
  bool counts_steps_;
};

}  // namespace workbench::scenarios
