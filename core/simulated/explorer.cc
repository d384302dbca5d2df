#include "core/simulated/explorer.h"

#include <algorithm>
#include <utility>

#include "core/simulated/happens_before.h"
#include "core/simulated/schedule.h"
#include "core/stack.h"

namespace workbench::simulated {
namespace {

// Can it make a difference whether a step with the accesses `taken` comes before or after one with
// the accesses `asleep`? Not if it only looks in vain for something, and the step with `asleep` is
// the one that brings this and notifies it.
bool conflict(const Accesses& asleep, const Accesses& taken) {
  using Kind = Access::Kind;
  return std::any_of(asleep.begin(), asleep.end(), [&](const Access& one) {
    return std::any_of(taken.begin(), taken.end(), [&](const Access& other) {
      if (one.object != other.object || one.kind == Kind::notify) return false;
      if (one.kind == Kind::read) return other.kind != Kind::read;
      return other.kind != Kind::look || !ends(asleep, other);
    });
  });
}

// An option that was tried already, at this node or at one above it, and whose step commutes with
// all steps since then. To try it again would lead to the same end.
struct Sleeper {
  Transition option;
  std::vector<Accesses> steps;  // its accesses; several, if there was a choice within the step

  bool wakes(const Accesses& step) const {
    return std::any_of(steps.begin(), steps.end(),
                       [&](const Accesses& mine) { return conflict(mine, step); });
  }
};

// A moment at which there is something to choose.
struct Node {
  std::vector<Transition> options{};  // empty: a choice within a step, among `count`
  std::size_t count = 0;
  std::size_t chosen = 0;
  std::vector<bool> backtrack{};    // by option: must it be tried?
  std::vector<bool> done{};         // by option: was it tried?
  std::vector<Sleeper> sleepers{};  // asleep when the node was reached, or done here
  Accesses accesses{};              // of the chosen option's step in this execution
  std::vector<Accesses> steps{};    // of the same option's step in all executions so far

  bool is_data() const { return options.empty(); }
  bool sleeps(const Transition& option) const {
    return std::any_of(sleepers.begin(), sleepers.end(),
                       [&](const Sleeper& sleeper) { return sleeper.option == option; });
  }
};

class Explorer final : public Strategy {
 public:
  explicit Explorer(const ExploreOptions& options) : options_(options) {}

  void begin() {
    depth_ = 0;
    last_step_ = kNowhere;
    order_.begin();
  }

  // Follows the path of the last execution; beyond its end, makes the path longer.
  std::optional<std::size_t> choose(const std::vector<Transition>& options) override {
    const std::size_t here = depth_++;
    if (here == length_ && !add_node(options)) return std::nullopt;
    last_step_ = here;
    return nodes_[here].chosen;
  }

  std::size_t pick(std::size_t count) override {
    const std::size_t here = depth_++;
    if (here == length_) new_node({}).count = count;
    return nodes_[here].chosen;
  }

  void enabled(ThreadId by, ThreadId whom) override { order_.enabled(by, whom); }

  void stepped(const Accesses& accesses) override {
    // Remember what the step does: `add_node` must know which sleeping options it wakes.
    Node& node = nodes_[last_step_];
    node.accesses = accesses;
    if (std::find(node.steps.begin(), node.steps.end(), accesses) == node.steps.end()) {
      node.steps.push_back(accesses);
    }
    if (options_.search != Search::dpor) return;
    // Where this step and an earlier one race, the other order must be tried, too.
    const Transition option = node.options[node.chosen];
    const bool after_all = option.reason == WakeReason::timeout;
    order_.step(option, accesses, last_step_, after_all,
                [&](std::size_t before, const std::vector<Transition>& first) {
                  add_backtrack(before, first);
                });
  }

  // Goes to the next path: changes the last choice for which something is left to try. False: there
  // is none, so the search is over.
  bool advance() {
    for (; length_ > 0; --length_) {
      Node& node = nodes_[length_ - 1];
      if (node.is_data() ? ++node.chosen < node.count : next_option(node)) return true;
    }
    return false;
  }

  std::string schedule() const {
    Schedule schedule;
    for (std::size_t i = 0; i < length_; ++i) {
      const Node& node = nodes_[i];
      schedule.add(node.chosen, node.is_data() ? node.count : node.options.size());
    }
    return schedule.text();
  }

 private:
  static constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

  // Adds a node at the end of the path. Old nodes and their memory are used again, because there
  // are thousands of executions a second.
  Node& new_node(const std::vector<Transition>& options) {
    if (length_ == nodes_.size()) nodes_.emplace_back();
    Node& node = nodes_[length_++];
    node.options = options;
    node.count = 0;
    node.chosen = 0;
    node.sleepers.clear();
    node.accesses.clear();
    node.steps.clear();
    return node;
  }

  // Adds a node, and chooses its first option that is not asleep. False: all options are asleep, so
  // every end that this path can reach is known.
  bool add_node(const std::vector<Transition>& options) {
    Node& node = new_node(options);
    node.backtrack.assign(options.size(), options_.search != Search::dpor);
    node.done.assign(options.size(), false);
    // What slept at the node before still sleeps, unless its thread has moved or the step woke it.
    if (options_.search != Search::depth_first && last_step_ != kNowhere) {
      const Node& before = nodes_[last_step_];
      for (const Sleeper& sleeper : before.sleepers) {
        const bool moved = sleeper.option.thread == before.options[before.chosen].thread;
        if (!moved && !sleeper.wakes(before.accesses)) node.sleepers.push_back(sleeper);
      }
    }
    const auto awake = std::find_if(options.begin(), options.end(),
                                    [&](const Transition& option) { return !node.sleeps(option); });
    if (awake == options.end()) {
      --length_;
      return false;
    }
    node.chosen = static_cast<std::size_t>(awake - options.begin());
    if (options_.search == Search::dpor) {
      node.backtrack[node.chosen] = true;
      // A wait may end early, or for no reason, at any moment. No race would ask for that, so it is
      // always tried.
      for (std::size_t i = 0; i < options.size(); ++i) {
        if (options[i].reason != WakeReason::ready) node.backtrack[i] = true;
      }
    }
    return true;
  }

  // The option that was tried goes to sleep. False: no other option of this node must be tried.
  bool next_option(Node& node) {
    node.done[node.chosen] = true;
    if (options_.search != Search::depth_first) {
      node.sleepers.push_back({node.options[node.chosen], std::move(node.steps)});
    }
    node.steps.clear();
    for (std::size_t i = 0; i < node.options.size(); ++i) {
      if (!node.backtrack[i] || node.done[i] || node.sleeps(node.options[i])) continue;
      node.chosen = i;
      return true;
    }
    return false;
  }

  // At node `before`, one of the options `first` must be tried. Nothing is to be done if one of
  // them is marked already, or is asleep because it was tried before.
  void add_backtrack(std::size_t before, const std::vector<Transition>& first) {
    Node& node = nodes_[before];
    std::size_t candidate = kNowhere;
    for (std::size_t i = 0; i < node.options.size(); ++i) {
      if (std::find(first.begin(), first.end(), node.options[i]) == first.end()) continue;
      if (node.backtrack[i] || node.sleeps(node.options[i])) return;
      if (candidate == kNowhere) candidate = i;
    }
    node.backtrack.at(candidate) = true;
  }

  ExploreOptions options_;
  std::vector<Node> nodes_;  // the first length_ of them are the path
  std::size_t length_ = 0;
  std::size_t depth_ = 0;
  std::size_t last_step_ = kNowhere;
  HappensBefore order_;
};

template <class AnyStrategy>
void note(Exploration& exploration, const std::string& outcome, const AnyStrategy& strategy) {
  auto& entry = exploration.outcomes[outcome];
  if (entry.count++ == 0) entry.schedule = strategy.schedule();
}

}  // namespace

Exploration explore(const Program& program, const ExploreOptions& options,
                    const std::function<bool(const Exploration&)>& progress) {
  const WithoutStacks unneeded;  // a replay has stacks
  Exploration exploration;
  Explorer explorer(options);
  bool cut = false;
  for (;;) {
    explorer.begin();
    Scheduler scheduler(options.scheduler, explorer);
    const Ending ending = scheduler.run(program.run, program.look);
    if (ending == Ending::stopped) {
      ++exploration.pruned;
    } else {
      ++exploration.schedules;
      note(exploration, program.outcome(ending), explorer);
    }
    exploration.depth = std::max(exploration.depth, scheduler.steps());
    cut = cut || ending == Ending::too_long;
    const bool all = !explorer.advance();
    exploration.complete = all && !cut;
    const bool go_on = !progress || progress(exploration);
    // A limit of 0 means none: one schedule has been run by now, so it is never equal.
    const bool enough = exploration.schedules == options.max_schedules;
    if (all || !go_on || enough) return exploration;
  }
}

std::string replay(const Program& program, const Scheduler::Options& options,
                   const std::string& schedule) {
  Replay replayed(schedule);
  Scheduler scheduler(options, replayed);
  std::string outcome = program.outcome(scheduler.run(program.run, program.look));
  if (const auto misfit = replayed.misfit(); !misfit.empty()) throw std::invalid_argument(misfit);
  return outcome;
}

std::string shrink(const Program& program, const Scheduler::Options& options,
                   std::string schedule) {
  // Replaces letters by `0`, one after the other from the end, as long as the outcome remains.
  const std::string outcome = replay(program, options, schedule);
  const auto still_leads = [&](const std::string& other) {
    try {
      return replay(program, options, other) == outcome;
    } catch (const std::invalid_argument&) {
      return false;
    }
  };
  const auto trim = [](std::string text) {
    text.erase(text.find_last_not_of('0') + 1);
    return text;
  };
  for (bool shorter = true; shorter;) {
    shorter = false;
    schedule = trim(schedule);
    for (std::size_t i = schedule.size(); i-- > 0;) {
      if (schedule[i] == '0') continue;
      std::string other = schedule;
      other[i] = '0';
      if (!still_leads(other)) continue;
      schedule = other;
      shorter = true;
    }
  }
  return schedule;
}

std::optional<std::string> nearest(const Program& program, const Scheduler::Options& options,
                                   const std::string& schedule,
                                   const std::function<bool(const std::string&)>& is_wanted) {
  Replay replayed(schedule);
  Noted noted(replayed);
  Scheduler scheduler(options, noted);
  program.outcome(scheduler.run(program.run, program.look));
  if (const auto misfit = replayed.misfit(); !misfit.empty()) throw std::invalid_argument(misfit);
  constexpr std::size_t kMostReplays = 5000;
  std::size_t replays = 0;
  const auto& choices = noted.choices();
  for (std::size_t i = choices.size(); i-- > 0;) {
    for (std::size_t option = 0; option < choices[i].count; ++option) {
      if (option == choices[i].chosen) continue;
      if (++replays > kMostReplays) return std::nullopt;
      Schedule other;
      for (std::size_t k = 0; k < i; ++k) other.add(choices[k].chosen, choices[k].count);
      other.add(option, choices[i].count);
      if (is_wanted(replay(program, options, other.text()))) return other.text();
    }
  }
  return std::nullopt;
}

Exploration explore_randomly(const Program& program, const Scheduler::Options& options,
                             std::size_t schedules, std::uint64_t seed, std::size_t depth,
                             const std::function<bool(const Exploration&)>& progress) {
  const WithoutStacks unneeded;
  Exploration exploration;
  for (std::size_t i = 0; i < schedules; ++i) {
    // A thread may lose its priority at any step, up to the length of the longest schedule so far.
    Random random(seed + i, depth, std::max<std::size_t>(exploration.depth, 16));
    Scheduler scheduler(options, random);
    const Ending ending = scheduler.run(program.run, program.look);
    ++exploration.schedules;
    note(exploration, program.outcome(ending), random);
    exploration.depth = std::max(exploration.depth, scheduler.steps());
    if (progress && !progress(exploration)) break;
  }
  return exploration;
}

}  // namespace workbench::simulated
