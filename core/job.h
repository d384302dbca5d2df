/// @file
/// What all workers of a run share: the tasks, and what to do with each.
#pragma once

#include <memory>
#include <utility>
#include <vector>

namespace workbench {

/// The caller and all workers share it, so it lives as long as the last worker that may still use
/// it, even an abandoned one.
template <class Task, class Action>
struct Job {
  std::vector<Task> tasks;
  Action action;
};

template <class Task, class Action>
auto make_job(std::vector<Task> tasks, Action action) {
  return std::make_shared<Job<Task, Action>>(
      Job<Task, Action>{std::move(tasks), std::move(action)});
}

}  // namespace workbench
