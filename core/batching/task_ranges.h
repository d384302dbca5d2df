/// @file
/// A list of tasks and pills that needs little memory: positions that follow one another are kept
/// as one range.
///
///     0 1 2 3 4 … 9999999 P P      is kept as      │ 0, 10,000,000 tasks │ 2 pills │
///
/// So all tasks of a run need no more memory than a few tasks, and ten million tasks are pushed as
/// fast as one.
///
/// Invariants: no range is empty; `size_` is the sum of the ranges.
///
/// Thread safety: none.
#pragma once

#include <algorithm>
#include <boost/circular_buffer.hpp>
#include <cstddef>
#include <vector>

#include "core/task.h"

namespace workbench {

/// The tasks 0 to count - 1, without a list of them.
class TaskRange {
 public:
  explicit TaskRange(std::size_t count) : count_(count) {}

  class Iterator {
   public:
    explicit Iterator(TaskId task) : task_(task) {}
    MaybeTask operator*() const { return task_; }
    Iterator& operator++() {
      ++task_;
      return *this;
    }
    bool operator==(const Iterator&) const = default;

   private:
    TaskId task_;
  };

  Iterator begin() const { return Iterator(0); }
  Iterator end() const { return Iterator(count_); }
  std::size_t size() const { return count_; }
  bool empty() const { return count_ == 0; }

 private:
  std::size_t count_;
};

/// First in, first out. For items of other types, threads/fifo.h does the same.
class TaskRanges {
 public:
  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  MaybeTask front() const { return ranges_.front().first; }

  void push(MaybeTask task) { push_range({task, 1}); }

  void push_all(const TaskRange& tasks) {
    if (!tasks.empty()) push_range({*tasks.begin(), tasks.size()});
  }

  /// Any other range of tasks and pills.
  template <class Items>
  void push_all(const Items& items) {
    for (const MaybeTask item : items) push(item);
  }

  /// Makes sure that the next `ranges` ranges find memory.
  void make_room(std::size_t ranges) {
    if (ranges_.reserve() >= ranges) return;
    ranges_.set_capacity(ranges_.size() + std::max({ranges, ranges_.size(), kFirstPlaces}));
  }

  /// Puts tasks back, in front of all others.
  void push_front(const std::vector<TaskId>& tasks) {
    make_room(tasks.size());
    for (std::size_t i = tasks.size(); i-- > 0;) {
      const TaskId task = tasks[i];
      ++size_;
      if (!ranges_.empty() && ranges_.front().first == MaybeTask(task + 1)) {
        ranges_.front() = {task, ranges_.front().count + 1};
      } else {
        ranges_.push_front({task, 1});
      }
    }
  }

  MaybeTask pop() {
    Range& range = ranges_.front();
    const MaybeTask task = range.first;
    --size_;
    if (--range.count == 0) {
      ranges_.pop_front();
    } else if (task) {
      range.first = *task + 1;
    }
    return task;
  }

  std::vector<MaybeTask> pop_all() { return pop_some(size_); }

  /// Requires: there are at least `count` items.
  std::vector<MaybeTask> pop_some(std::size_t count) {
    std::vector<MaybeTask> some;
    some.reserve(count);
    while (some.size() < count) some.push_back(pop());
    return some;
  }

 private:
  struct Range {
    MaybeTask first;  // if this is a pill, all `count` items are pills
    std::size_t count;

    // The item that would continue this range.
    MaybeTask end() const { return first ? MaybeTask(*first + count) : pill; }
  };

  void push_range(Range range) {
    if (!ranges_.empty() && ranges_.back().end() == range.first) {
      ranges_.back().count += range.count;
    } else {
      make_room(1);
      ranges_.push_back(range);
    }
    size_ += range.count;
  }

  static constexpr std::size_t kFirstPlaces = 8;

  boost::circular_buffer<Range> ranges_;
  std::size_t size_ = 0;
};

}  // namespace workbench
