/// @file
/// Tells which beginnings of executions come to the same: they have the same steps, and differ only
/// in the order of steps that are independent.
///
///     A pushes to a, then B pushes to b  ┐ one class: the same two steps,
///     B pushes to b, then A pushes to a  ┘ and neither happens before the other
///
/// A class is written down as the set of its steps, each with all steps that happen before it
/// (happens_before.h, as for the explorer). That is a normal form: two executions are in one class
/// if, and only if, their sets are equal (Mazurkiewicz, "Trace Theory", 1986).
///
/// A look in vain that was answered is left out. Who looked, waited and was notified goes on as if
/// it had come only now; unless another step had to come after the look.
///
/// Thread safety: none.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "core/simulated/happens_before.h"
#include "core/simulated/scheduler.h"

namespace workbench::simulated {

/// Is told the steps of one execution after the other.
class PrefixClass {
 public:
  /// Numbers of steps, sorted. The same step, after the same steps, has the same number in all
  /// executions.
  using Key = std::vector<std::uint32_t>;

  /// Begins a new execution.
  void begin() {
    order_.begin();
    steps_.clear();
    notified_.clear();
    key_.clear();
  }

  /// See Strategy.
  void enabled(ThreadId by, ThreadId whom) {
    order_.enabled(by, whom);
    notified_.push_back(whom);
  }

  /// The step of `option` is over; `picks` are the choices that were made within it.
  void step(const Transition& option, const std::vector<std::size_t>& picks,
            const Accesses& accesses) {
    const bool after_all = option.reason == WakeReason::timeout;
    const auto ignore = [](std::size_t /*before*/, const std::vector<Transition>& /*first*/) {};
    order_.step(option, accesses, order_.taken(), after_all, ignore);
    const std::size_t here = steps_.size();
    for (const ThreadId whom : notified_) leave_out_look(whom, here, accesses);
    notified_.clear();
    Key before;
    for (std::size_t i = 0; i < here; ++i) {
      if (!steps_[i].left_out && order_.is_ordered(i, here)) before.push_back(steps_[i].number);
    }
    std::sort(before.begin(), before.end());
    const auto fresh = static_cast<std::uint32_t>(numbers_.size());
    const auto number =
        numbers_.try_emplace({option.thread, option.reason, picks, std::move(before)}, fresh)
            .first->second;
    steps_.push_back({option.thread, number, look_of(accesses)});
    key_.insert(std::upper_bound(key_.begin(), key_.end(), number), number);
  }

  /// The class of what was executed so far.
  const Key& key() const { return key_; }

 private:
  struct Step {
    ThreadId thread = 0;
    std::uint32_t number = 0;
    std::optional<Access> look{};
    bool left_out = false;
  };

  static std::optional<Access> look_of(const Accesses& accesses) {
    const auto is_look = [](const Access& each) { return each.kind == Access::Kind::look; };
    const auto look = std::find_if(accesses.begin(), accesses.end(), is_look);
    return look == accesses.end() ? std::nullopt : std::optional(*look);
  }

  // The step `here` has notified `whom`. Was its last step a look that this answers?
  void leave_out_look(ThreadId whom, std::size_t here, const Accesses& accesses) {
    const auto last = std::find_if(steps_.rbegin(), steps_.rend(),
                                   [&](const Step& step) { return step.thread == whom; });
    if (last == steps_.rend() || !last->look || last->left_out) return;
    const auto place = static_cast<std::size_t>(steps_.rend() - last) - 1;
    if (!ends(accesses, *last->look) || order_.is_ordered(place, here)) return;
    last->left_out = true;
    key_.erase(std::lower_bound(key_.begin(), key_.end(), last->number));
  }

  HappensBefore order_;
  std::vector<Step> steps_;         // of this execution
  std::vector<ThreadId> notified_;  // by the step that is being made
  Key key_;
  // Of all executions: thread, reason, picks and all steps before it, to its number.
  std::map<std::tuple<ThreadId, WakeReason, std::vector<std::size_t>, Key>, std::uint32_t> numbers_;
};

}  // namespace workbench::simulated
