/// @file
/// Tasks and pills in order, in little room: positions that follow one another are kept as a run.
///
///     0 1 2 3 4 … 9999999 P P      │ 0, 10,000,000 tasks │ 2 pills │
///
/// So the tasks of a whole run of a pool take no more memory than a few of them, and ten million of
/// them are pushed as fast as one.
///
/// Invariants: no run is empty; `size_` is the sum of the runs.
///
/// Thread safety: none.
#pragma once

#include <cstddef>
#include <deque>
#include <vector>

#include "core/task.h"

namespace workbench {

/// The tasks 0 to count - 1, without a list of them.
class AllTasks {
 public:
  explicit AllTasks(std::size_t count) : count_(count) {}

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

/// First in, first out; what threads/fifo.h is for other items.
class TaskRuns {
 public:
  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  MaybeTask front() const { return runs_.front().first; }

  void push(MaybeTask task) { push_run({task, 1}); }

  void push_all(const AllTasks& tasks) {
    if (!tasks.empty()) push_run({*tasks.begin(), tasks.size()});
  }

  /// Any other range of tasks and pills.
  template <class Items>
  void push_all(const Items& items) {
    for (const MaybeTask item : items) push(item);
  }

  MaybeTask pop() {
    Run& run = runs_.front();
    const MaybeTask task = run.first;
    --size_;
    if (--run.count == 0) {
      runs_.pop_front();
    } else if (task) {
      run.first = *task + 1;
    }
    return task;
  }

  std::vector<MaybeTask> pop_all() { return pop_some(size_); }

  /// Requires: there are so many.
  std::vector<MaybeTask> pop_some(std::size_t count) {
    std::vector<MaybeTask> some;
    some.reserve(count);
    while (some.size() < count) some.push_back(pop());
    return some;
  }

 private:
  struct Run {
    MaybeTask first;  // a pill: all of them are
    std::size_t count;

    // What would come next.
    MaybeTask end() const { return first ? MaybeTask(*first + count) : pill; }
  };

  void push_run(Run run) {
    size_ += run.count;
    if (!runs_.empty() && runs_.back().end() == run.first) {
      runs_.back().count += run.count;
    } else {
      runs_.push_back(run);
    }
  }

  std::deque<Run> runs_;
  std::size_t size_ = 0;
};

}  // namespace workbench
