/// @file
/// All that was seen of a watched run.
#pragma once

#include <algorithm>
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

#include "core/decorator.h"
#include "core/exit.h"
#include "scenarios/model/run_result.h"
#include "scenarios/model/runtime_kind.h"
#include "scenarios/model/verdict.h"
#include "scenarios/trace/event.h"
#include "scenarios/trace/wait_board.h"

namespace workbench::scenarios {

/// What the caller or a worker is doing, according to the wait board and the list of processes.
enum class ActorState : std::uint8_t {
  absent,     ///< it was never there
  starting,   ///< it is to be started, but has not begun
  alive,      ///< it works, or at least does not wait
  waiting,    ///< it is in a queue operation that may block, or in a join
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

/// `naive/pool.h:41`: the file, with its directory, and the line; empty if the place is not known.
std::string place_of(const Where& where);

/// An actor that could end a wait, and its state, which says why it does not.
struct Waker {
  std::int32_t actor = trace::kCaller;
  ActorState state = ActorState::absent;

  /// Saves and loads (cereal).
  template <class Archive>
  void serialize(Archive& archive) {
    archive(actor, state);
  }
};

/// An actor that waits, where it waits, and which others could end the wait.
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

/// The call that it waits in: `result_queue.pop()`.
std::string call_of(const Wait& wait);

struct Hang {
  std::optional<HangKind> kind{};  ///< empty if the pool does not use the wait board
  Proof proof = Proof::proved;

  /// Saves and loads (cereal).
  template <class Archive>
  void serialize(Archive& archive) {
    archive(kind, proof);
  }
};

/// What a worker is doing, or how it has ended.
struct WorkerState {
  WorkerId worker = 0;
  ActorState state = ActorState::absent;
  std::optional<TaskId> task{};  ///< the task that it is on: its result is not pushed yet
  std::size_t pops = 0;          ///< how many tasks and pills it has popped
  std::int64_t ended_ns = 0;     ///< if it has ended: when, since the start
  std::optional<Exit> exit{};    ///< if it has ended: how

  /// Saves and loads (cereal).
  template <class Archive>
  void serialize(Archive& archive) {
    archive(worker, state, task, pops, ended_ns, exit);
  }
};

/// Has it ended otherwise than by leaving as it was told to?
inline bool went_wrong(const WorkerState& worker) {
  return worker.state == ActorState::dead ||
         (worker.exit && worker.exit->how != Exit::How::returned);
}

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

/// What a thread of the run was doing in its last snapshot.
struct ThreadState {
  int process = 0;
  int thread = 0;
  std::string command{};
  std::optional<std::string> call{};  ///< the system call that it was in; empty: running
  std::string waits_for{};            ///< of a pool that is not ours: in words
  std::vector<std::string> stack{};   ///< of a pool that is not ours: innermost first

  /// Saves and loads (cereal).
  template <class Archive>
  void serialize(Archive& archive) {
    archive(process, thread, command, call, waits_for, stack);
  }
};

/// A fault, and how often it has struck.
struct FaultCount {
  std::string fault{};  ///< in words
  std::size_t struck = 0;

  /// Saves and loads (cereal).
  template <class Archive>
  void serialize(Archive& archive) {
    archive(fault, struck);
  }
};

/// What was seen of one run.
struct RunRecord {
  std::string scenario{};
  std::string subject{};
  RuntimeKind runtime = RuntimeKind::threads;
  std::uint64_t seed = 1;
  Verdict verdict = Verdict::completed;
  std::optional<Hang> hang{};           ///< if the verdict is a hang
  std::vector<Wait> waits{};            ///< if it did not end: which actors wait, and where
  std::string why_alive{};              ///< if it is `stuck`: what is alive in it
  std::vector<FaultCount> faults{};     ///< those of the scenario, in its order
  std::string why_not_applicable{};     ///< if it was not run
  std::vector<std::string> mistakes{};  ///< of the program around an outside pool, a line each
  std::vector<TaskId> begun_again{};    ///< tasks that were begun more than once
  std::optional<int> exit_code{};       ///< if the process of the run has exited
  std::optional<int> signal{};          ///< if a signal has ended the process
  bool said_that_it_is_done = false;    ///< of an outside program: but then it may have crashed
  RunResult result{};                   ///< what the caller received
  bool knows_results = true;            ///< false: it did not end, and did not tell of results
  std::vector<WorkerState> workers{};
  std::vector<QueueState> queues{};
  std::vector<ThreadState> threads{};  ///< in their last snapshots
  std::string circle{};              ///< of a pool that is not ours: a circle of waits; empty: none
  std::vector<std::string> scene{};  ///< of a pool that is not ours: what its threads do, in words
  std::size_t leaked_processes = 0;
  double elapsed_ms = 0;  ///< from the start to the verdict
  double verdict_ms = 0;  ///< from the last event, or the return, to the verdict
  std::vector<trace::Event> events{};
  std::uint64_t dropped_events = 0;

  /// Has one of its faults struck?
  bool was_struck() const {
    return std::any_of(faults.begin(), faults.end(),
                       [](const FaultCount& each) { return each.struck > 0; });
  }

  /// Saves and loads (cereal).
  template <class Archive>
  void serialize(Archive& archive) {
    archive(scenario, subject, runtime, seed, verdict, hang, waits, why_alive, exit_code, signal,
            said_that_it_is_done, knows_results, scene, circle, result, workers, queues, threads,
            leaked_processes, elapsed_ms, verdict_ms, faults, why_not_applicable, mistakes,
            begun_again, dropped_events);
    static_assert(std::is_trivially_copyable_v<trace::Event>);
    std::size_t count = events.size();
    archive(count);
    events.resize(count);
    archive(cereal::binary_data(events.data(), count * sizeof(trace::Event)));
  }
};

/// The end of a run in one line: `hang (orphaned-wait): 2 ok, 3 missing`.
std::string describe(const RunRecord& record);

}  // namespace workbench::scenarios
