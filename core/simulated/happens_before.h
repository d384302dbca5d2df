/// @file
/// Which steps of an execution are ordered, and which of those that conflict are not: races.
///
/// Each thread has a vector clock: of every thread, the number of steps that lie behind it. A step
/// i of thread q happens before what thread p does next if p's clock counts i. Thread safety: none.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/simulated/scheduler.h"

namespace workbench::simulated {

class HappensBefore {
 public:
  /// A new execution.
  void begin() {
    // Emptied, not destroyed: there are thousands of executions a second.
    taken_ = 0;
    for (Clock& clock : clocks_) clock.clear();
    for (Object& object : objects_) {
      object.reads.clear();
      object.write = kNone;
    }
    enabled_.clear();
  }

  /// See Strategy.
  void enabled(ThreadId by, ThreadId whom) { enabled_.emplace_back(by, whom); }

  /// The step of `thread` at `node` is over. Calls `race(node of the earlier step, thread)` for
  /// each earlier step that conflicts with it and is not ordered before it. `after_all`: nothing
  /// else could have gone on, so all earlier steps are.
  template <class Race>
  void step(ThreadId thread, const std::vector<Access>& accesses, std::size_t node, bool after_all,
            Race race) {
    clock(thread);  // makes room for it
    for (const auto& [by, whom] : enabled_) {
      if (whom == thread) join(thread, by);
    }
    if (after_all) {
      for (ThreadId other = 0; other < clocks_.size(); ++other) join(thread, other);
    }
    for (const Access& access : accesses) find_races(thread, access, race);
    for (const Access& access : accesses) {  // conflicts order what comes after them
      each_conflict(access,
                    [&](std::size_t before) { merge(clock(thread), steps_[before].clock); });
    }
    const std::size_t here = taken_++;
    auto& mine = clock(thread);
    if (mine.size() <= thread) mine.resize(thread + 1);
    ++mine[thread];
    if (here == steps_.size()) steps_.emplace_back();
    Step& step = steps_[here];
    step.thread = thread;
    step.node = node;
    step.number = mine[thread];
    step.clock.assign(mine.begin(), mine.end());
    for (const Access& access : accesses) remember(access, here);
    for (const auto& [by, whom] : enabled_) {
      if (by == thread && whom != thread) join(whom, thread);
    }
    enabled_.clear();
  }

  /// Did a step of `candidate`, at `node` or later, happen before what `thread` does next?
  bool leads_to(ThreadId candidate, std::size_t node, ThreadId thread) const {
    const auto end = steps_.begin() + static_cast<std::ptrdiff_t>(taken_);
    return std::any_of(steps_.begin(), end, [&](const Step& step) {
      return step.thread == candidate && step.node > node && is_before(step, thread);
    });
  }

 private:
  using Clock = std::vector<std::uint32_t>;

  struct Step {
    ThreadId thread = 0;
    std::size_t node = 0;
    std::uint32_t number = 0;  // among the steps of its thread, from 1
    Clock clock{};             // after it
  };

  struct Object {
    std::vector<std::size_t> reads{};  // since the last write; steps
    std::size_t write = kNone;
  };

  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  Clock& clock(ThreadId thread) {
    if (clocks_.size() <= thread) clocks_.resize(thread + 1);
    return clocks_[thread];
  }

  static void merge(Clock& into, const Clock& from) {
    if (into.size() < from.size()) into.resize(from.size());
    for (std::size_t i = 0; i < from.size(); ++i) into[i] = std::max(into[i], from[i]);
  }
  void join(ThreadId whom, ThreadId by) {
    clock(std::max(whom, by));  // makes room for both
    if (whom != by) merge(clocks_[whom], clocks_[by]);
  }

  bool is_before(const Step& step, ThreadId thread) const {
    const Clock& mine = clocks_[thread];
    return step.thread < mine.size() && mine[step.thread] >= step.number;
  }

  // The last steps that this access conflicts with; earlier ones are ordered before these.
  template <class Each>
  void each_conflict(const Access& access, Each each) {
    if (objects_.size() <= access.object) objects_.resize(access.object + 1);
    const Object& object = objects_[access.object];
    if (object.write != kNone) each(object.write);
    if (!access.writes) return;
    for (const std::size_t read : object.reads) each(read);
  }

  template <class Race>
  void find_races(ThreadId thread, const Access& access, Race race) {
    each_conflict(access, [&](std::size_t before) {
      const Step& step = steps_[before];
      if (step.thread != thread && !is_before(step, thread)) race(step.node, thread);
    });
  }

  void remember(const Access& access, std::size_t step) {
    Object& object = objects_[access.object];
    if (!access.writes) {
      object.reads.push_back(step);
      return;
    }
    object.write = step;
    object.reads.clear();
  }

  std::vector<Step> steps_;  // the first taken_ of them
  std::size_t taken_ = 0;
  std::vector<Clock> clocks_;    // by thread
  std::vector<Object> objects_;  // by number
  std::vector<std::pair<ThreadId, ThreadId>> enabled_;
};

}  // namespace workbench::simulated
