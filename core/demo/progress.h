/// @file
/// A progress bar on the terminal.
#pragma once

#include <cstddef>
#include <cstdio>
#include <memory>

#include "core/time.h"

namespace workbench::demo {

/// Draws on stderr if that is a terminal, and not a dumb one; otherwise it draws nothing. It ends
/// its line when all tasks are done, at the latest in the destructor.
///
/// Thread safety: none; one thread draws.
class ProgressBar {
 public:
  ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ~ProgressBar();

  void show(std::size_t done, std::size_t failed, std::size_t total);

 private:
  const bool visible_;
  bool open_ = false;  // the cursor stands at the end of the bar
  TimePoint last_drawn_{};
};

/// A callback that shows any progress of the form {done, failed, total} as a bar.
inline auto progress_bar() {
  return [bar = std::make_shared<ProgressBar>()](const auto& progress) {
    bar->show(progress.done, progress.failed, progress.total);
  };
}

}  // namespace workbench::demo
