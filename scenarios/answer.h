/// @file
/// What the action of every scenario does: task i adds 2i+1 and 2i+2, so the answers are
/// 3, 7, 11, 15, 19, …, and each can be told to be right or wrong.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <thread>

#include "core/task.h"

namespace workbench::scenarios {

/// A result, with as much filler as the scenario wants it to be big.
struct Answer {
  std::int64_t value = 0;
  std::string filler{};

  /// Saves and loads (cereal).
  template <class Archive>
  void serialize(Archive& archive) {
    archive(value, filler);
  }
};

constexpr std::int64_t right_value(TaskId task) {
  return (2 * static_cast<std::int64_t>(task) + 1) + (2 * static_cast<std::int64_t>(task) + 2);
}

/// The action.
struct Add {
  std::chrono::milliseconds task_time{0};
  std::size_t result_bytes = sizeof(std::int64_t);

  Answer operator()(TaskId task) const {
    if (task_time.count() > 0)
      std::this_thread::sleep_for(task_time);  // the work that it stands for
    return {.value = right_value(task),
            .filler = std::string(result_bytes - sizeof(std::int64_t), 'x')};
  }
};

}  // namespace workbench::scenarios
