/// @file
/// The picture of one run in a timeline: its lanes, its queues, and the marks of what went wrong.
#pragma once

#include <string>
#include <utility>

#include "scenarios/model/run_record.h"
#include "scenarios/report/timeline/run_layout.h"
#include "scenarios/report/timeline/story.h"

namespace workbench::scenarios {

class RunPicture {
 public:
  /// All must outlive it. `id` begins the names of what the SVG document defines.
  RunPicture(const RunRecord& record, const Story& story, const Axis& axis, std::string id)
      : record_(record), story_(story), layout_(story, axis), id_(std::move(id)) {}

  /// Its top is at 0.
  std::string svg() const;
  double height() const { return layout_.height(); }

 private:
  std::string title() const;
  std::string ticks() const;
  std::string ground_of(const Lane& lane) const;
  std::string picture_of(const QueueDepths& queue) const;
  std::string marks() const;
  std::string end_of(const Lane& lane) const;
  // The caller has returned, or thrown.
  bool is_over(const Lane& lane) const;

  const RunRecord& record_;
  const Story& story_;
  const RunLayout layout_;
  const std::string id_;
};

}  // namespace workbench::scenarios
