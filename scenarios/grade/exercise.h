/// @file
/// An exercise: what a student is asked, and by which claims an answer is judged.
///
///     docs/exercises/03-join-before-collect/
///         README.md        the question, with hints
///         pool.cc          the starter: it compiles, and it is wrong
///         exercise.toml    this
///
///     title   = "Join before collect"
///     minutes = 10
///     chapter = "poison_pill"
///     form    = "pool"
///     file    = "pool.cc"
///
///     [[claim]]
///     says     = "With a small result queue, all results arrive."
///     points   = 5
///     scenario = "full-result-queue"
///     runtimes = ["threads", "processes"]
///     expect   = { verdict = "completed" }
///     hint     = "Who makes room in the queue while the caller joins?"
#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/model/scenario.h"
#include "scenarios/run/explore/exploration.h"

namespace workbench::scenarios {

/// What the answer is.
enum class AnswerForm {
  pool,      ///< a file with `run` (kit/exercise.h)
  queue,     ///< a file with `make_queue` (kit/locks.h)
  program,   ///< a whole program, which goes under the watchdog
  schedule,  ///< a text: the schedule of a simulated run
};

template <>
struct Names<AnswerForm> {
  static constexpr std::array all{
      std::pair{AnswerForm::pool, std::string_view("pool")},
      std::pair{AnswerForm::queue, std::string_view("queue")},
      std::pair{AnswerForm::program, std::string_view("program")},
      std::pair{AnswerForm::schedule, std::string_view("schedule")},
  };
};

/// The name under which a submission runs, and by which a claim's expectation is found.
inline constexpr std::string_view kYours = "yours";

/// Something that must be true of an answer.
struct Claim {
  std::string says;
  int points = 0;
  std::string hint{};   ///< shown where the claim does not hold
  Scenario scenario{};  ///< with what is expected of the answer; a program has none
  Expectation expect{};
  std::vector<RuntimeKind> runtimes{};  ///< `simulated` among them: every schedule
  simulated::ExploreOptions search{};   ///< for every schedule
  std::size_t deepest = 0;              ///< no queue of results may be deeper; 0: no matter
  std::string subject{};                ///< of a schedule: the pool that it is of
};

struct Exercise {
  std::string name{};  ///< `03-join-before-collect`: that of its folder
  std::string title{};
  int minutes = 0;
  std::string chapter{};  ///< the page of the tutorial
  AnswerForm form = AnswerForm::pool;
  std::string file{};  ///< the name of the starter
  std::vector<Claim> claims{};
  std::filesystem::path folder{};

  int points() const;
};

/// All exercises of a folder, in the order of their names. Throws UsageError if there are none, and
/// TomlFileError.
std::vector<Exercise> exercises_in(const std::filesystem::path& folder);

/// The exercise with this number or name: `3`, `03`, `03-join-before-collect`. Throws UsageError.
const Exercise& find_exercise(const std::vector<Exercise>& all, const std::string& name);

}  // namespace workbench::scenarios
