/// @file
/// How a worker ended.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "core/failure.h"
#include "core/task.h"

namespace workbench {

/// In an Exit: it is not known which worker it was.
inline constexpr WorkerId kNobody = -1;

/// The end of a worker. Plain data.
struct Exit {
  enum class How {
    returned,     ///< it returned from its body: all is well
    exception,    ///< an exception left the worker's body; see `failure`
    exit,         ///< the worker process called exit; see `code`
    signal,       ///< a signal ended the worker process; see `signal`
    not_started,  ///< the system refused to start it; see `failure`
    cancelled,    ///< the worker called pthread_exit, or was cancelled
    unknown,      ///< it ended, and nobody knows how
  };

  WorkerId worker = 0;
  How how = How::returned;
  std::optional<TaskId> task{};      ///< the last task it took; its result may have arrived
  std::optional<Failure> failure{};  ///< for `exception` and `not_started`
  int code = 0;                      ///< for `exit`: 0 to 255
  int signal = 0;                    ///< for `signal`: its number

  /// One line for a person: `worker 1 was killed by SIGKILL`.
  std::string describe() const;

  /// Saves and loads (cereal).
  template <class Archive>
  void serialize(Archive& archive) {
    archive(worker, how, task, failure, code, signal);
  }
};

/// What a runtime does at the end of a worker if nobody asked for an `OnExit`: it prints one line
/// on stderr, unless the worker returned. Python does the same for its worker processes. It is
/// no error if stderr cannot be written.
void report_unhandled(const Exit& exit);

/// `SIGKILL` for 9; `signal 77` for a number without a name.
std::string signal_name(int signal);

/// Called once for each worker, when it has ended and everything that it pushed has arrived. On
/// threads, the ending worker itself calls it (for a worker that could not be started, the caller).
/// On processes, the parent calls it, while it waits in a verb of a queue or of the crew.
using OnExit = std::function<void(Exit)>;

}  // namespace workbench
