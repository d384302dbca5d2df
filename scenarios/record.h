/// @file
/// All that was seen of a run that was watched.
#pragma once

#include <cereal/cereal.hpp>
#include <cereal/types/optional.hpp>
#include <cereal/types/string.hpp>
#include <cereal/types/vector.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "core/exit.h"
#include "core/trace/event.h"
#include "scenarios/account.h"
#include "scenarios/verdict.h"

namespace workbench::scenarios {

/// Somebody who could end a wait, and why it will not.
struct Waker {
  std::string actor{};  ///< `caller`, `worker-0`
  std::string state{};  ///< dead, left, abandoned, waiting, alive

  /// Saves and loads (cereal).
  template <class Archive>
  void serialize(Archive& archive) {
    archive(actor, state);
  }
};

/// Somebody who waits.
struct Wait {
  std::string actor{};
  std::string operation{};  ///< push, pop, pop_for, join
  std::string queue{};      ///< empty for join
  std::string place{};      ///< `naive/pool.h:41`
  std::vector<Waker> could_be_woken_by{};

  /// Saves and loads (cereal).
  template <class Archive>
  void serialize(Archive& archive) {
    archive(actor, operation, queue, place, could_be_woken_by);
  }
};

struct Hang {
  std::optional<HangKind> kind{};  ///< empty for a pool that does not tell the board what it does
  Proof proof = Proof::proved;

  /// Saves and loads (cereal).
  template <class Archive>
  void serialize(Archive& archive) {
    archive(kind, proof);
  }
};

/// How a worker stands or ended, in the words of the wait board.
struct WorkerState {
  WorkerId worker = 0;
  std::string state{};           ///< as of a Waker
  std::optional<TaskId> task{};  ///< in its hands: popped, its result not delivered
  std::size_t pops = 0;          ///< tasks and pills that it has popped
  std::int64_t ended_ns = 0;     ///< if it has ended; since the start
  std::optional<Exit> exit{};    ///< if it has ended

  /// Saves and loads (cereal).
  template <class Archive>
  void serialize(Archive& archive) {
    archive(worker, state, task, pops, ended_ns, exit);
  }
};

struct QueueState {
  std::string name{};
  std::uint64_t capacity = 0;  ///< 0: unbounded
  std::uint64_t pushed = 0;
  std::uint64_t popped = 0;

  /// Saves and loads (cereal).
  template <class Archive>
  void serialize(Archive& archive) {
    archive(name, capacity, pushed, popped);
  }
};

/// What a thread of the run was doing when it was last looked at.
struct ThreadState {
  int process = 0;
  int thread = 0;
  std::string command{};
  std::string call{};  ///< the system call that it was in, or `running`

  /// Saves and loads (cereal).
  template <class Archive>
  void serialize(Archive& archive) {
    archive(process, thread, command, call);
  }
};

struct RunRecord {
  std::string scenario{};
  std::string subject{};
  std::string runtime{};
  std::uint64_t seed = 1;
  Verdict verdict = Verdict::completed;
  std::optional<Hang> hang{};      ///< if the verdict is a hang
  std::vector<Wait> waits{};       ///< of a run that did not end: who waits where
  std::string why_alive{};         ///< if it is `stuck`
  std::optional<int> exit_code{};  ///< of the process of a run that exited
  std::optional<int> signal{};     ///< that ended the process
  Account account{};               ///< what the caller received
  std::vector<WorkerState> workers{};
  std::vector<QueueState> queues{};
  std::vector<ThreadState> threads{};  ///< when it was last looked at
  std::size_t leaked_processes = 0;
  double elapsed_ms = 0;  ///< from the start to the verdict
  double verdict_ms = 0;  ///< from the last event, or the return, to the verdict
  std::vector<trace::Event> events{};
  std::uint64_t dropped_events = 0;

  /// Saves and loads (cereal).
  template <class Archive>
  void serialize(Archive& archive) {
    archive(scenario, subject, runtime, seed, verdict, hang, waits, why_alive, exit_code, signal,
            account, workers, queues, threads, leaked_processes, elapsed_ms, verdict_ms,
            dropped_events);
    static_assert(std::is_trivially_copyable_v<trace::Event>);
    std::size_t count = events.size();
    archive(count);
    events.resize(count);
    archive(cereal::binary_data(events.data(), count * sizeof(trace::Event)));
  }
};

}  // namespace workbench::scenarios
