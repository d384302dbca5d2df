/// @file
/// A subject: a pool that can be put through the scenarios.
///
/// To add one, write one file in scenarios/subjects/pools/, with a function that runs the pool on a
/// scenario and returns what its caller received, and a Registration. Nothing else needs to be
/// changed. A pool that is not a part of the workbench is a program of its own, in any language
/// (subjects/outside/).
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/model/run_result.h"
#include "scenarios/subjects/test_bed.h"

namespace workbench::scenarios {

/// An outside subject: its pool runs in a program of its own.
struct OutsideProgram {
  std::string command;             ///< for /bin/sh
  std::string directory{};         ///< in which it is started; empty: the current one
  std::string language{};          ///< empty: not said
  std::string brought_by{};        ///< the option that brings it: `--subjects 'my pools'`
  std::vector<FaultKind> hosts{};  ///< the kinds of faults that it can host; empty: all
  std::vector<Window> windows{};   ///< where they can strike it, beside `in_action`
  std::optional<std::chrono::milliseconds> deadline{};  ///< in place of the scenario's
};

struct Subject {
  std::string name;
  std::string description;            ///< one line
  std::vector<RuntimeKind> runtimes;  ///< some of kRealRuntimes
  bool on_our_runtimes = false;       ///< then it can also be simulated
  /// Runs the scenario to its end, if it has one, and returns what the caller received: results in
  /// any order, failures, the error. They are counted elsewhere (run/run_subject.h). Called in a
  /// process of its own, unless the run is simulated. Empty: an outside subject.
  std::function<RunResult(const TestBed&)> run;
  std::optional<OutsideProgram> program{};      ///< of an outside subject
  std::vector<Usage> usages{};                  ///< how it can be used, beside `plain`
  std::map<std::string, Expectation> expect{};  ///< by scenario; the scenario's own comes first
  /// Called in the process of a run, before it, if nobody trusts the subject: with the one
  /// descriptor that it must leave open.
  std::function<void(int keep)> confine{};
  int rank = 100;             ///< its place in lists; subjects of equal rank are sorted by name
  bool only_by_name = false;  ///< left out where nobody asks for it: it only serves to teach
};

/// All subjects, in the order of lists.
const std::vector<Subject>& subjects();

/// The subject of this name; null if there is none.
const Subject* find_subject(const std::string& name);

std::vector<std::string> subject_names();

/// Makes a subject known: `const Registration registration{{.name = "mine", …}};` at namespace
/// scope. What is wrong with it is said by `check_subjects`: nobody could catch an exception here.
struct Registration {
  explicit Registration(Subject subject);
};

/// Makes an outside subject known. Pointers to subjects that were found before are not valid any
/// more. Throws UsageError if there is a subject of this name.
void add_subject(Subject subject);

/// Throws UsageError if a Registration is wrong: a name that is empty, taken, or has blanks; no
/// runtime, or one that is not real; nothing to run.
void check_subjects();

/// What is wrong with this name of a subject; empty: nothing.
std::string why_no_name(const std::string& name);

}  // namespace workbench::scenarios
