#include "scenarios/report/timeline/axis.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace workbench::scenarios {
namespace {

constexpr double kNsPerUs = 1e3;
constexpr double kNsPerMs = 1e6;

// How many pixels lie between two moments. Ten times the time, as much again.
double gap(std::int64_t time, bool counts_steps) {
  constexpr double kStep = 14;
  constexpr double kLeast = 5;
  constexpr double kPerDecade = 11;
  if (counts_steps) return kStep * static_cast<double>(time);
  return kLeast + kPerDecade * std::log10(1 + static_cast<double>(time) / kNsPerUs);
}

}  // namespace

Axis::Axis(std::vector<std::int64_t> moments, bool counts_steps, double width)
    : moments_(std::move(moments)), counts_steps_(counts_steps) {
  moments_.push_back(0);
  std::sort(moments_.begin(), moments_.end());
  moments_.erase(std::unique(moments_.begin(), moments_.end()), moments_.end());
  places_.push_back(0);
  for (std::size_t i = 1; i < moments_.size(); ++i) {
    places_.push_back(places_.back() + gap(moments_[i] - moments_[i - 1], counts_steps_));
  }
  const double scale = std::min(1.0, width / std::max(1.0, places_.back()));
  for (double& place : places_) place *= scale;
}

double Axis::at(std::int64_t time) const {
  const auto after = std::upper_bound(moments_.begin(), moments_.end(), time);
  if (after == moments_.begin()) return 0;
  const auto i = static_cast<std::size_t>(after - moments_.begin()) - 1;
  if (after == moments_.end()) return places_[i];
  const double share =
      static_cast<double>(time - moments_[i]) / static_cast<double>(moments_[i + 1] - moments_[i]);
  return places_[i] + share * (places_[i + 1] - places_[i]);
}

std::vector<Axis::Tick> Axis::ticks() const {
  constexpr double kRoom = 110;
  std::vector<Tick> ticks;
  for (std::size_t i = 0; i < moments_.size(); ++i) {
    if (!ticks.empty() && places_[i] < ticks.back().x + kRoom) continue;
    ticks.push_back({places_[i], label_of(moments_[i])});
  }
  return ticks;
}

std::string Axis::label_of(std::int64_t time) const {
  if (counts_steps_) return fmt::format("step {}", time);
  if (time == 0) return "0";
  const auto ns = static_cast<double>(time);
  return ns < kNsPerMs ? fmt::format("{:.0f} us", ns / kNsPerUs)
                       : fmt::format("{:.1f} ms", ns / kNsPerMs);
}

}  // namespace workbench::scenarios
