/// @file
/// Where things are in the picture of a run, whose top is at 0: times from left to right, and below
/// each other a lane for each actor and a strip for each queue.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "scenarios/model/verdict.h"
#include "scenarios/report/timeline/axis.h"
#include "scenarios/report/timeline/story.h"

namespace workbench::scenarios {

class RunLayout {
 public:
  // All in pixels.
  static constexpr double kLeft = 112;   // of the axis: before it stand the names of the lanes
  static constexpr double kRight = 128;  // behind it stand the ends
  static constexpr double kLane = 24;
  static constexpr double kNotes = 16;  // below the lanes: what the marks mean
  static constexpr double kQueue = 30;
  static constexpr double kTitle = 34;  // of a run, with its axis below
  static constexpr double kAxis = 20;

  /// The axis must outlive it.
  RunLayout(const Story& story, const Axis& axis) : axis_(axis) {
    double y = kTitle + kAxis;
    for (const Lane& lane : story.lanes) {
      lanes_[lane.actor] = y;
      y += kLane;
    }
    lanes_end_ = y;
    y += kNotes;
    for (const QueueDepths& queue : story.queues) {
      queues_[queue.name] = y;
      y += kQueue;
    }
    height_ = y;
  }

  double x(std::int64_t time) const { return kLeft + axis_.at(time); }
  double right() const { return kLeft + axis_.length(); }
  /// Behind it is no more room for words.
  double edge() const { return right() + kRight - 4; }
  double height() const { return height_; }
  double lanes_end() const { return lanes_end_; }

  bool has_lane(std::int32_t actor) const { return lanes_.contains(actor); }
  double top_of(std::int32_t actor) const { return lanes_.at(actor); }
  double middle_of(std::int32_t actor) const { return top_of(actor) + kLane / 2; }
  double bottom_of(const QueueDepths& queue) const { return queues_.at(queue.name) + kQueue - 4; }

  const Axis& axis() const { return axis_; }

 private:
  const Axis& axis_;
  std::map<std::int32_t, double> lanes_;  // their tops, by actor
  std::map<std::string, double> queues_;
  double lanes_end_ = 0;
  double height_ = 0;
};

/// Does it show a run that goes on, in which some waits have no end?
inline bool has_not_ended(Verdict verdict) {
  return verdict == Verdict::hang || verdict == Verdict::stuck;
}

}  // namespace workbench::scenarios
