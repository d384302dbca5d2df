/// @file
/// All that was seen of a run that was watched.
#pragma once

#include <array>
#include <cereal/cereal.hpp>
#include <cereal/types/optional.hpp>
#include <cereal/types/string.hpp>
#include <cereal/types/vector.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/exit.h"
#include "scenarios/model/run_result.h"
#include "scenarios/model/runtime_kind.h"
#include "scenarios/model/verdict.h"
#include "scenarios/trace/event.h"
#include "scenarios/trace/wait_board.h"

namespace workbench::scenarios {

/// How the caller or a worker stands, as the wait board and the system's list of processes say.
enum class ActorState : std::uint8_t {
  absent,     ///< it was never there
  starting,   ///< it is expected, and has not begun
  alive,      ///< at work, or at least not waiting
  waiting,    ///< in a verb of a queue that may block, or in a join
  left,       ///< it has returned
  dead,       ///< it ended in any other way
  abandoned,  ///< it was ended by its pool, and may still be running
};

template <>
struct Names<ActorState> {
  static constexpr std::array all{
      std::pair{ActorState::absent, std::string_view("absent")},
      std::pair{ActorState::starting, std::string_view("starting")},
      std::pair{ActorState::alive, std::string_view("alive")},
      std::pair{ActorState::waiting, std::string_view("waiting")},
      std::pair{ActorState::left, std::string_view("left")},
      std::pair{ActorState::dead, std::string_view("dead")},
      std::pair{ActorState::abandoned, std::string_view("abandoned")},
  };
};

template <>
struct Names<trace::Operation> {
  static constexpr std::array all{
      std::pair{trace::Operation::none, std::string_view("")},
      std::pair{trace::Operation::push, std::string_view("push")},
      std::pair{trace::Operation::pop, std::string_view("pop")},
      std::pair{trace::Operation::timed_pop, std::string_view("pop_for")},
      std::pair{trace::Operation::join, std::string_view("join")},
  };
};

/// Somebody who could end a wait, and why it will not.
struct Waker {
  std::int32_t actor = trace::kCaller;
  ActorState state = ActorState::absent;

  /// Saves and loads (cereal).
  template <class Archive>
  void serialize(Archive& archive) {
    archive(actor, state);
  }
};

/// Somebody who waits.
struct Wait {
  std::int32_t actor = trace::kCaller;
  trace::Operation operation = trace::Operation::none;
  std::string queue{};  ///< its name; empty for join
  std::string place{};  ///< `naive/pool.h:41`
  std::vector<Waker> could_be_woken_by{};

  /// Saves and loads (cereal).
  template <class Archive>
  void serialize(Archive& archive) {
    archive(actor, operation, queue, place, could_be_woken_by);
  }
};

/// `result_queue.pop()`: what it waits in.
std::string call_of(const Wait& wait);

struct Hang {
  std::optional<HangKind> kind{};  ///< empty for a pool that does not tell the board what it does
  Proof proof = Proof::proved;

  /// Saves and loads (cereal).
  template <class Archive>
  void serialize(Archive& archive) {
    archive(kind, proof);
  }
};

/// How a worker stands or ended.
struct WorkerState {
  WorkerId worker = 0;
  ActorState state = ActorState::absent;
  std::optional<TaskId> task{};  ///< that it is on: popped, its result not delivered
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
  std::optional<std::string> call{};  ///< the system call that it was in; empty: running

  /// Saves and loads (cereal).
  template <class Archive>
  void serialize(Archive& archive) {
    archive(process, thread, command, call);
  }
};

struct RunRecord {
  std::string scenario{};
  std::string subject{};
  RuntimeKind runtime = RuntimeKind::threads;
  std::uint64_t seed = 1;
  Verdict verdict = Verdict::completed;
  std::optional<Hang> hang{};      ///< if the verdict is a hang
  std::vector<Wait> waits{};       ///< of a run that did not end: who waits where
  std::string why_alive{};         ///< if it is `stuck`
  std::optional<int> exit_code{};  ///< of the process of a run that exited
  std::optional<int> signal{};     ///< that ended the process
  RunResult result{};              ///< what the caller received
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
            result, workers, queues, threads, leaked_processes, elapsed_ms, verdict_ms,
            dropped_events);
    static_assert(std::is_trivially_copyable_v<trace::Event>);
    std::size_t count = events.size();
    archive(count);
    events.resize(count);
    archive(cereal::binary_data(events.data(), count * sizeof(trace::Event)));
  }
};

/// `hang (orphaned-wait): 2 ok, 3 missing`: the end of a run in one line.
std::string describe(const RunRecord& record);

}  // namespace workbench::scenarios
