/// @file
/// The action of every scenario: for task i it adds 2i+1 and 2i+2. So the sums are 3, 7, 11, 15,
/// 19, …, and of each result it can be told whether it is right.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <thread>

#include "core/task.h"
#include "scenarios/inject/injector.h"
#include "scenarios/trace/traced_queue.h"

namespace workbench::scenarios {

/// A result. A filler makes it as large as the scenario wants.
struct Sum {
  std::int64_t value = 0;
  std::string filler{};
  Injector* injector = nullptr;  ///< strikes while the sum is turned into bytes; is not sent itself

  /// Saves (cereal). This is the window `while_pushing`.
  template <class Archive>
  void save(Archive& archive) const {
    if (injector != nullptr) injector->at(Window::while_pushing);
    archive(value, filler);
  }
  /// Loads (cereal).
  template <class Archive>
  void load(Archive& archive) {
    archive(value, filler);
  }
};

constexpr std::int64_t right_sum(TaskId task) {
  return (2 * static_cast<std::int64_t>(task) + 1) + (2 * static_cast<std::int64_t>(task) + 2);
}

/// The task that a sum belongs to. Requires: the sum is right.
constexpr TaskId task_of(std::int64_t value) { return static_cast<TaskId>((value - 3) / 4); }

/// How a sum is shown in a trace.
inline trace::Label label_of(const Sum& sum) {
  return {.task = task_of(sum.value), .text = std::to_string(sum.value), .result = true};
}

/// The action.
struct Add {
  std::chrono::milliseconds task_time{0};
  std::size_t result_bytes = sizeof(std::int64_t);
  Injector* injector = nullptr;
  Sleep sleep{};

  Sum operator()(TaskId task) const {
    if (task_time.count() > 0) {  // stands for the work of a real task
      sleep ? sleep(task_time) : std::this_thread::sleep_for(task_time);
    }
    return {.value = right_sum(task),
            .filler = std::string(result_bytes - sizeof(std::int64_t), 'x'),
            .injector = injector};
  }
};

}  // namespace workbench::scenarios
