/// @file
/// The verdicts on a watched run.
#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "scenarios/model/enum_names.h"

namespace workbench::scenarios {

enum class Verdict {
  completed,    ///< returned, every task ok
  reported,     ///< returned; some tasks are not ok, each named with its cause
  stopped,      ///< the error reached the caller, and all workers are gone
  silent_loss,  ///< returned as if all were well, but results are missing or wrong
  hang,         ///< blocked for ever
  stuck,        ///< silent for too long but alive: never called a deadlock
  crash,        ///< ended by a signal, or exited before it was done
  // And where there is nothing to say of the pool:
  not_reached,     ///< completed, but none of the scenario's faults has struck
  not_applicable,  ///< not run: the subject cannot host what the scenario asks for
  invalid,         ///< the program around the pool has made a mistake of its own
};

/// Then there is nothing to say of the pool.
inline bool says_nothing_of_pool(Verdict verdict) {
  return verdict == Verdict::not_reached || verdict == Verdict::not_applicable ||
         verdict == Verdict::invalid;
}

template <>
struct Names<Verdict> {
  static constexpr std::array all{
      std::pair{Verdict::completed, std::string_view("completed")},
      std::pair{Verdict::reported, std::string_view("reported")},
      std::pair{Verdict::stopped, std::string_view("stopped")},
      std::pair{Verdict::silent_loss, std::string_view("silent-loss")},
      std::pair{Verdict::hang, std::string_view("hang")},
      std::pair{Verdict::stuck, std::string_view("stuck")},
      std::pair{Verdict::crash, std::string_view("crash")},
      std::pair{Verdict::not_reached, std::string_view("not-reached")},
      std::pair{Verdict::not_applicable, std::string_view("not-applicable")},
      std::pair{Verdict::invalid, std::string_view("invalid")},
  };
};

/// Why a run hangs.
enum class HangKind {
  orphaned_wait,  ///< no live producer can fill the queue; there is no cycle
  circular_wait,  ///< those that wait, wait for each other
  full_queue,     ///< producers wait for room that nobody will make
  lost_wakeup,    ///< an actor waits for an item of a queue that has one: a bug of the queue
};

/// How certain a hang is.
enum class Proof {
  proved,        ///< by the kernel's evidence, see hang_proof/proof.h
  corroborated,  ///< the wait board says so, but the kernel's evidence could not be read
};

template <>
struct Names<Proof> {
  static constexpr std::array all{
      std::pair{Proof::proved, std::string_view("proved")},
      std::pair{Proof::corroborated, std::string_view("corroborated")},
  };
};

template <>
struct Names<HangKind> {
  static constexpr std::array all{
      std::pair{HangKind::orphaned_wait, std::string_view("orphaned-wait")},
      std::pair{HangKind::circular_wait, std::string_view("circular-wait")},
      std::pair{HangKind::full_queue, std::string_view("full-queue")},
      std::pair{HangKind::lost_wakeup, std::string_view("lost-wakeup")},
  };
};

}  // namespace workbench::scenarios
