#include "scenarios/hang_proof/examiner.h"

#include <algorithm>
#include <chrono>

namespace workbench::hang_proof {
namespace {

constexpr int kRest = 99;  // of a hundred parts of the time, those in which nothing is looked at

}  // namespace

const Finding& Examiner::look() {
  const TimePoint start = Clock::now();
  if (!runner_ || !has_run(*runner_)) {
    runner_.reset();
    look_at_all();
  }
  const TimePoint end = Clock::now();
  next_ = end + std::max(pace_, kRest * (end - start));
  return finding_;
}

// Also updates what is known of that thread.
bool Examiner::has_run(const ThreadSnapshot& before) {
  auto now = snapshot_of(before.process, before.thread);
  if (!now || (!now->runs() && now->switches == before.switches)) return false;
  runner_ = std::move(now);
  return true;
}

void Examiner::look_at_all() {
  auto all = snapshots_of(processes_of_quickly(tree_));
  const auto runner =
      std::find_if(all.begin(), all.end(), [](const ThreadSnapshot& each) { return each.runs(); });
  const TimePoint now = Clock::now();
  if (runner != all.end()) {
    runner_ = *runner;
    still_since_ = TimePoint::max();
    finding_ = {.why = runner->command + " (" + std::to_string(runner->thread) + ") runs",
                .snapshots = std::move(all)};
    return;
  }
  const bool is_still = all == still_;
  if (!is_still) still_since_ = now;
  if (is_still && now < next_examination_) return;
  finding_ = examine(tree_);
  if (finding_.was_frozen && finding_.kind == Finding::Kind::alive) {
    after_freezing_ = std::max<Duration>(2 * after_freezing_, std::chrono::milliseconds(20));
  }
  const TimePoint end = Clock::now();
  const bool may_change = finding_.kind == Finding::Kind::alive && !finding_.was_frozen;
  next_examination_ =
      may_change ? end : end + std::max<Duration>(kRest * (end - now), after_freezing_);
  still_ = std::move(all);
}

}  // namespace workbench::hang_proof
