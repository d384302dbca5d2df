#include "scenarios/hang_proof/examiner.h"

#include <algorithm>
#include <chrono>

#include "scenarios/hang_proof/processor_time.h"

namespace workbench::hang_proof {
namespace {

constexpr int kRest = 99;  // of a hundred parts of the time, those in which nothing is looked at
constexpr std::chrono::seconds kInHaste{2};  // what may be spent besides

}  // namespace

const Finding& Examiner::look() {
  const Duration before = processor_time();
  bool has_changed = true;
  if (!runner_ || !has_run(*runner_)) {
    runner_.reset();
    has_changed = look_at_all();
  }
  unchanged_ = has_changed ? 0 : unchanged_ + 1;
  const Duration cost = processor_time() - before;
  spent_ += cost;
  next_ = Clock::now() + std::max(pace_, rest_after(cost));
  return finding_;
}

// The same again and again is looked at ever more rarely.
Duration Examiner::rest_after(Duration cost) const {
  constexpr int kMostDoublings = 6;
  const bool in_haste = spent_ < kInHaste + (Clock::now() - start_) / (kRest + 1);
  const int doubled = 1 << std::min(unchanged_, kMostDoublings);
  return (in_haste && unchanged_ <= kMostDoublings ? doubled : kRest) * cost;
}

// Also updates what is known of that thread.
bool Examiner::has_run(const ThreadSnapshot& before) {
  auto now = snapshot_of(before.process, before.thread);
  if (!now || (!now->runs() && now->switches == before.switches)) return false;
  runner_ = std::move(now);
  return true;
}

// Returns false if it was the same as before.
bool Examiner::look_at_all() {
  const auto processes = processes_of_quickly(tree_);
  auto listed = threads_listed_of(processes);
  const bool none_has_run = !still_.empty() && listed == still_listed_ &&
                            std::none_of(still_.begin(), still_.end(), has_run_since);
  auto all = none_has_run ? still_ : snapshots_of(processes);
  const auto runner =
      std::find_if(all.begin(), all.end(), [](const ThreadSnapshot& each) { return each.runs(); });
  const TimePoint now = Clock::now();
  if (runner != all.end()) {
    runner_ = *runner;
    still_since_ = TimePoint::max();
    finding_ = {.why = runner->command + " (" + std::to_string(runner->thread) + ") runs",
                .snapshots = std::move(all)};
    return true;
  }
  const bool is_still = all == still_;
  if (!is_still) still_since_ = now;
  if (is_still && now < next_examination_) return false;
  const Duration before = processor_time();
  finding_ = examine(tree_, all);
  if (finding_.was_frozen && finding_.kind == Finding::Kind::alive) {
    after_freezing_ = std::max<Duration>(2 * after_freezing_, std::chrono::milliseconds(20));
  }
  const TimePoint end = Clock::now();
  // What has moved meanwhile may be still in the next moment.
  const bool may_change = finding_.kind == Finding::Kind::alive && !finding_.was_frozen;
  next_examination_ =
      may_change ? end
                 : end + std::max<Duration>(rest_after(processor_time() - before), after_freezing_);
  still_ = std::move(all);
  still_listed_ = std::move(listed);
  return !is_still;
}

}  // namespace workbench::hang_proof
