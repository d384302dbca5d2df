/// @file
/// What the actors of a run do, as boxes in their lanes; and the ways of tasks between lanes.
#pragma once

#include <cstddef>
#include <string>

#include "scenarios/model/run_record.h"
#include "scenarios/report/timeline/run_layout.h"
#include "scenarios/report/timeline/story.h"

namespace workbench::scenarios {

/// With more tasks than this, the ways of all would hide everything else: only that of the task
/// that the reader points at is shown.
inline constexpr std::size_t kMany = 60;
/// And with more than this, no single task is drawn any more.
inline constexpr std::size_t kMostTasks = 500;

class Activities {
 public:
  /// All must outlive it. `id` begins the names of what the SVG document defines.
  Activities(const RunRecord& record, const Story& story, const RunLayout& layout, std::string id)
      : record_(record), story_(story), layout_(layout), id_(std::move(id)) {}

  /// SVG: the waits of all actors.
  std::string waits() const;
  /// SVG: each task with its boxes and its ways, so that they stand out together.
  std::string tasks() const;

 private:
  std::string each_task() const;
  std::string crowd_of_tasks() const;
  std::string picture_of(const Way& way) const;
  // `inside` is what stands in it if there is room, `tip` what is said of it.
  std::string box(std::int32_t actor, const Span& span, std::string_view style,
                  const std::string& inside, const std::string& tip) const;
  bool is_hidden(const Span& span) const;
  bool goes_on(const Span& span) const;
  bool has_too_many_tasks() const { return record_.result.tally.submitted() > kMostTasks; }

  const RunRecord& record_;
  const Story& story_;
  const RunLayout& layout_;
  const std::string id_;
};

}  // namespace workbench::scenarios
