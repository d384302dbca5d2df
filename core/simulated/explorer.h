/// @file
/// Runs a program in every schedule: in all interleavings of its threads' steps, and with all
/// choices within steps.
///
/// An execution is a path through a tree whose nodes are the moments at which more than one thread
/// could go on. The explorer walks it depth-first by running the program again and again: it
/// follows the old path to the last node with an untried option, takes that option, and goes on.
///
/// Most paths do not differ in anything that matters. Two threads, each pushing to a queue of its
/// own:
///
///     A pushes to a, then B pushes to b     the same end, whichever comes first: these two steps
///     B pushes to b, then A pushes to a     are independent, and one of the paths is enough
///
/// *Sleep sets* leave out the second path when the first is done: A's step, which was tried at the
/// node, goes to sleep there, and wakes only when a step is taken that depends on it. All states of
/// the program are still visited. *Dynamic partial-order reduction* (Flanagan and Godefroid, POPL
/// 2005) does not even begin it: at first it takes one option at each node. When it sees that a
/// step of B conflicts with an earlier step of A, and nothing orders the two, it goes back to the
/// node before A's step, and asks that B is tried there:
///
///     node 3: A locks m      node 5: B locks m       a race: nothing orders them,
///        ▲──────────── "try B here, too" ────┘       so node 3 gets B as a second option
///
/// Steps are ordered if they are steps of one thread, if a thread is started, joined or notified,
/// and if they conflict; and so on along chains of such steps. Each thread has a vector clock of
/// them (happens_before.h). If B's step at node 5 needs a step of C at node 4 before it, then node
/// 3 gets C as an option, because B would take another step there (Abdulla and others, "Optimal
/// Dynamic Partial Order Reduction", POPL 2014: source sets).
///
/// To look for something that is not there yet changes nothing:
///
///     B looks, waits; A pushes, notifies B; B pops      the same end, if B looks again after each
///     A pushes; B pops                                  wait, as `lock_when` does (core/sync.h)
///
/// So the look and the notification that answers it are no race; unless another thread waits there,
/// too, and it matters which one is notified. All of this is checked on small random programs
/// (random_programs_test.cc): every search must find the same outcomes.
///
/// Thread safety: none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/simulated/scheduler.h"

namespace workbench::simulated {

/// What is explored. Its functions are called again for each schedule.
struct Program {
  std::function<void()> run;                   ///< under a Scheduler, as its thread 0
  std::function<void(Ending)> look{};          ///< called before it is torn down; may be empty
  std::function<std::string(Ending)> outcome;  ///< says how it ended, in a few words
};

enum class Search { depth_first, sleep_sets, dpor };

struct ExploreOptions {
  Search search = Search::dpor;
  Scheduler::Options scheduler{};
  std::size_t max_schedules = 0;  ///< 0: as many as there are
};

struct Exploration {
  struct Outcome {
    std::size_t count = 0;
    std::string schedule{};  ///< one that leads to it, for `replay`
  };

  std::size_t schedules = 0;  ///< how many were run to their end
  std::size_t pruned = 0;     ///< how many were left because all options were asleep
  std::size_t depth = 0;      ///< how many steps the longest had
  bool complete = false;      ///< no schedule is left to try, and none was cut
  std::map<std::string, Outcome> outcomes{};
};

/// Explores `program`. Failures have no stacks here; in a replay they have them. `progress` is
/// called after each execution with what was found so far; if it returns false, the exploration
/// stops. An exception that leaves one of the program's threads ends the exploration, and is thrown
/// from here.
Exploration explore(const Program& program, const ExploreOptions& options,
                    const std::function<bool(const Exploration&)>& progress = {});

/// Runs the program in one schedule: one letter for each choice, and `0` for all choices beyond the
/// last letter. Returns the outcome. Throws std::invalid_argument for a schedule that does not fit
/// the program.
std::string replay(const Program& program, const Scheduler::Options& options,
                   const std::string& schedule);

/// A shorter schedule, with fewer interruptions, that leads to the same outcome. Throws as
/// `replay`.
std::string shrink(const Program& program, const Scheduler::Options& options, std::string schedule);

/// The nearest schedule with another end: the same as this one up to as late a choice as possible,
/// another option there, and option 0 from then on. `is_wanted` is asked about each outcome. Empty
/// if no single choice leads to such an outcome, or if none of the last 5,000 that were tried does.
/// Throws as `replay`.
std::optional<std::string> nearest(const Program& program, const Scheduler::Options& options,
                                   const std::string& schedule,
                                   const std::function<bool(const std::string&)>& is_wanted);

/// Runs random schedules, for programs that are too large to be explored: each thread has a random
/// priority, and at `depth` random moments the running one loses its own (Burckhardt and others,
/// "A Randomized Scheduler with Probabilistic Guarantees of Finding Bugs", ASPLOS 2010). Depth 0:
/// every choice at random. `progress`: as above.
Exploration explore_randomly(const Program& program, const Scheduler::Options& options,
                             std::size_t schedules, std::uint64_t seed, std::size_t depth,
                             const std::function<bool(const Exploration&)>& progress = {});

}  // namespace workbench::simulated
