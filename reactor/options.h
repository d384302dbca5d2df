/// @file
/// The options of a reactor.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <stdexcept>

#include "core/time.h"
#include "reactor/report.h"

namespace workbench::reactor {

struct Options {
  /// Stop at the first error, or keep going and report them all. When a run stops, the tasks that
  /// still run are asked to finish early (CrewType::request_stop); until then they have their
  /// limit.
  bool stop_on_error = true;
  int parallelism = 2;  ///< how many workers, >= 1; never more than there are tasks
  /// How long one task may run, > 0. While it waits for the caller to take its result, that time
  /// does not count.
  Duration result_timeout = std::chrono::seconds(60);
  std::size_t queue_capacity = 0;  ///< of `result_queue`; 0: unbounded
  /// Called on the caller's thread when a task has ended, or a little later: results of short tasks
  /// come together. Keep it short: the caller does nothing else meanwhile.
  std::function<void(const Progress&)> progress{};
};

/// The same options. Throws std::invalid_argument, naming the field, if one makes no sense.
inline Options checked(Options options) {
  if (options.parallelism < 1) throw std::invalid_argument("parallelism must be at least 1");
  if (options.result_timeout <= Duration::zero()) {
    throw std::invalid_argument("result_timeout must be positive");
  }
  return options;
}

}  // namespace workbench::reactor
