/// @file
/// The watchdog over a program that we did not write.
///
///     watchdog (subreaper) ──forks──▶ COMMAND ──▶ whatever it starts
///
/// The watchdog stays in the background. What the program writes passes through. So do the signals
/// of the terminal, and SIGINT, SIGTERM and SIGHUP from others. The program may answer the first
/// Ctrl-C, as it could without the watchdog; a second Ctrl-C ends the whole tree. After any other
/// of these signals the program has five seconds, then the tree is ended.
///
/// A program that runs already can be watched, too (`pid`). Then signals to us are not for it: they
/// end the watching, and it goes on.
///
/// The verdict is `hang` only if that is proved (hang_proof/proof.h). A server that waits for
/// clients, or a shell that waits for a person, does not hang: somebody outside could wake it. If
/// it still waits at the deadline, it is `idle`; if something of it runs, it is `stuck`.
#pragma once

#include <sys/types.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/posix/inherited_signals.h"
#include "scenarios/model/enum_names.h"
#include "scenarios/model/usage_error.h"
#include "scenarios/process/child_process.h"
#include "scenarios/process/ended_processes.h"
#include "scenarios/run/scene.h"

namespace workbench::scenarios {

/// Which program, and how it is watched.
struct ProgramSpec {
  std::vector<std::string> command{};
  pid_t pid = 0;                          ///< not 0: this process instead of a command
  bool kills = false;                     ///< `pid`: it is ended after the verdict
  std::chrono::milliseconds deadline{0};  ///< 0: none
  bool fail_idle = false;  ///< it is ended when nothing of it has run for three seconds, and
                           ///< no limit of time ends its waits
  bool stdout_to_stderr = false;
  posix::InheritedSignals signals{};  ///< what the command inherits
  SceneOptions scene{};               ///< what is found out beside the verdict
  std::string core_directory{};       ///< not empty: there goes a core file of each process
  /// Called when somebody asks by Ctrl-\ or SIGUSR1 what the program waits for, and when SIGTERM
  /// asks for its end.
  std::function<void(const Scene&)> tell{};
};

enum class ProgramVerdict {
  completed,  ///< it has ended by itself
  hang,       ///< proved
  idle,       ///< nothing of it runs; only something outside, a timer or a signal could wake it
  stuck,      ///< past the deadline, and something of it runs
  crash,      ///< ended by a signal
};

template <>
struct Names<ProgramVerdict> {
  static constexpr std::array all{
      std::pair{ProgramVerdict::completed, std::string_view("completed")},
      std::pair{ProgramVerdict::hang, std::string_view("hang")},
      std::pair{ProgramVerdict::idle, std::string_view("idle")},
      std::pair{ProgramVerdict::stuck, std::string_view("stuck")},
      std::pair{ProgramVerdict::crash, std::string_view("crash")},
  };
};

/// What was seen of the program.
struct ProgramRecord {
  ProgramVerdict verdict = ProgramVerdict::completed;
  ProcessEnd end{};                          ///< if it has ended
  Scene scene{};                             ///< if it has not ended
  std::vector<EndedProcess> ended{};         ///< its processes that have ended, in that order
  bool may_miss_ends = false;                ///< we could not hear of all
  TimePoint still_since = TimePoint::max();  ///< since when nothing runs
  double elapsed_ms = 0;
  int interrupted_by = 0;            ///< the last signal that asked it to end; 0: none
  bool ended_by_force = false;       ///< it did not answer that signal in time, or was asked twice
  std::size_t left_behind = 0;       ///< how many processes outlived the program
  std::vector<pid_t> defiant{};      ///< processes that we were not permitted to end
  std::vector<std::string> cores{};  ///< core files that were written
};

/// Why it does not go on, as far as that is known, in a sentence: the first of its processes that
/// was killed and how long before everything stood still, a circle of waits, a worker that has
/// failed, or at least where its first thread waits.
std::string first_cause(const ProgramRecord& record);

/// The command cannot be run.
struct NoSuchCommand : UsageError {
  using UsageError::UsageError;
};

/// Watches until the program ends, is proved to hang, has passed the deadline, or does not obey an
/// interrupt. Then ends all that is left of it, unless it was there before. Throws NoSuchCommand,
/// and UsageError for a `pid` that cannot be watched.
ProgramRecord watch_program(const ProgramSpec& spec);

}  // namespace workbench::scenarios
