/// @file
/// Finds out which steps of an execution are ordered, and which are races: steps that conflict, but
/// are not ordered.
///
/// Each thread has a vector clock. It says, for every thread, how many of its steps happen before
/// what the owner of the clock does next:
///
///     p's clock   │ 2 │ 0 │ 5 │      two steps of thread 0, none of thread 1, five of thread 2
///
/// A look in vain does not conflict with the step that notifies its waiter: a thread that looked,
/// waited and was notified finds the same as one that comes only after the notification. So one of
/// the two orders is enough.
///
/// Thread safety: none.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/simulated/scheduler.h"

namespace workbench::simulated {

/// The accesses of one step, in order.
using Accesses = std::vector<Access>;

/// Does a step with these accesses end the wait that follows the look?
inline bool ends(const Accesses& accesses, const Access& look) {
  return std::find(accesses.begin(), accesses.end(), Access{look.waits_in, Access::Kind::notify}) !=
         accesses.end();
}

/// Is told the steps of one execution, one after the other.
class HappensBefore {
 public:
  /// Begins a new execution.
  void begin() {
    // Emptied, not destroyed: there are thousands of executions a second.
    taken_ = 0;
    for (Clock& clock : clocks_) clock.clear();
    for (Object& object : objects_) {
      object.reads.clear();
      object.looks.clear();
      object.write = kNone;
    }
    enabled_.clear();
  }

  /// See Strategy.
  void enabled(ThreadId by, ThreadId whom) { enabled_.emplace_back(by, whom); }

  /// The step of `option` at `node` is over. Calls `race(node of the earlier step, options)` for
  /// each earlier step that conflicts with it and is not ordered before it: at that node, one of
  /// the options should be tried instead. `after_all`: no other thread could have gone on, so all
  /// earlier steps are ordered before it.
  template <class Race>
  void step(const Transition& option, const Accesses& accesses, std::size_t node, bool after_all,
            Race race) {
    const ThreadId thread = option.thread;
    clock(thread);  // makes room for it
    // This thread joined `by`, so all that `by` did comes before this step.
    for (const auto& [by, whom] : enabled_) {
      if (whom == thread) join(thread, by);
    }
    if (after_all) {
      for (ThreadId other = 0; other < clocks_.size(); ++other) join(thread, other);
    }
    // Find races before the conflicts are merged into the clock: they order the step, too.
    find_conflicts(accesses);
    find_races(clock(thread));
    for (const std::size_t before : conflicts_) merge(clock(thread), steps_[before].clock);
    // The step counts itself, and is remembered with the clock after it.
    auto& mine = clock(thread);
    if (mine.size() <= thread) mine.resize(thread + 1);
    ++mine[thread];
    const std::size_t here = taken_++;
    if (here == steps_.size()) steps_.emplace_back();
    Step& step = steps_[here];
    step.option = option;
    step.node = node;
    step.number = mine[thread];
    step.clock.assign(mine.begin(), mine.end());
    for (const Access& access : accesses) remember(access, here);
    // This step started or notified `whom`, so it comes before all that `whom` does next.
    for (const auto& [by, whom] : enabled_) {
      if (by == thread && whom != thread) join(whom, thread);
    }
    enabled_.clear();
    for (const std::size_t before : races_) race(steps_[before].node, initials(before));
  }

  /// How many steps there were in this execution.
  std::size_t taken() const { return taken_; }

  /// Steps are numbered from 0 in the order of the execution. Requires: both were taken.
  bool is_ordered(std::size_t earlier, std::size_t later) const {
    return is_before(steps_[earlier], steps_[later].clock);
  }

 private:
  using Clock = std::vector<std::uint32_t>;

  struct Step {
    Transition option{};
    std::size_t node = 0;
    std::uint32_t number = 0;  // among the steps of its thread, from 1
    Clock clock{};             // after it
  };

  struct Object {
    std::vector<std::size_t> reads{};                     // since the last write; steps
    std::vector<std::pair<std::size_t, Access>> looks{};  // likewise
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

  static bool is_before(const Step& step, const Clock& clock) {
    const ThreadId thread = step.option.thread;
    return thread < clock.size() && clock[thread] >= step.number;
  }

  // The latest steps that these accesses conflict with. Earlier ones need not be found, because
  // they are ordered before the latest. Only looks that a write has answered are not; but they do
  // not matter, because their threads look again.
  void find_conflicts(const Accesses& accesses) {
    conflicts_.clear();
    for (const Access& access : accesses) {
      if (objects_.size() <= access.object) objects_.resize(access.object + 1);
      const Object& object = objects_[access.object];
      if (object.write != kNone) conflicts_.push_back(object.write);
      for (const auto& [step, look] : object.looks) {
        if (!ends(accesses, look)) conflicts_.push_back(step);
      }
      if (access.kind == Access::Kind::read) continue;
      conflicts_.insert(conflicts_.end(), object.reads.begin(), object.reads.end());
    }
    std::sort(conflicts_.begin(), conflicts_.end());
    conflicts_.erase(std::unique(conflicts_.begin(), conflicts_.end()), conflicts_.end());
  }

  // The conflicts that are not ordered before a step with this clock, neither directly nor because
  // another conflict comes after them.
  void find_races(const Clock& clock) {
    races_.clear();
    for (const std::size_t before : conflicts_) {
      const Step& step = steps_[before];
      const bool ordered =
          is_before(step, clock) ||
          std::any_of(conflicts_.begin(), conflicts_.end(), [&](std::size_t other) {
            return other != before && is_before(step, steps_[other].clock);
          });
      if (!ordered) races_.push_back(before);
    }
  }

  // Imagine an execution in which the last step comes before `before`, together with all steps in
  // between that do not happen after `before`. Which of these steps can be its first? (They are the
  // initials of a source set: Abdulla and others, "Optimal Dynamic Partial Order Reduction", POPL
  // 2014.)
  const std::vector<Transition>& initials(std::size_t before) {
    first_.clear();
    options_.clear();
    for (std::size_t next = before + 1; next < taken_; ++next) {
      const Clock& clock = steps_[next].clock;
      const bool is_last = next + 1 == taken_;
      if (!is_last && is_before(steps_[before], clock)) continue;
      const bool is_first = std::none_of(first_.begin(), first_.end(), [&](std::size_t earlier) {
        return is_before(steps_[earlier], clock);
      });
      if (!is_first) continue;
      first_.push_back(next);
      options_.push_back(steps_[next].option);
    }
    return options_;
  }

  void remember(const Access& access, std::size_t step) {
    Object& object = objects_[access.object];
    switch (access.kind) {
      case Access::Kind::read:
        object.reads.push_back(step);
        break;
      case Access::Kind::look:
        object.looks.emplace_back(step, access);
        break;
      case Access::Kind::write:
        object.write = step;
        object.reads.clear();
        object.looks.clear();
        break;
      case Access::Kind::notify:
        break;
    }
  }

  std::vector<Step> steps_;  // the first taken_ of them
  std::size_t taken_ = 0;
  std::vector<Clock> clocks_;    // by thread
  std::vector<Object> objects_;  // by number
  std::vector<std::pair<ThreadId, ThreadId>> enabled_;
  // Only about the last step. They are members so that their memory is used again.
  std::vector<std::size_t> conflicts_;
  std::vector<std::size_t> races_;
  std::vector<std::size_t> first_;
  std::vector<Transition> options_;
};

}  // namespace workbench::simulated
