/// @file
/// Examines a tree of processes again and again, and costs at most a hundredth of one processor,
/// and two seconds: the longer a look takes, the later is the next one. The two seconds are for
/// moments in which something has changed, so that a hang is proved soon.
///
/// Most looks are at one thread only. A thread that was seen running is looked at first: as long as
/// it runs, or has run since the last look, the program lives, and nothing else has to be asked.
/// Only when everything sleeps is the whole tree examined (proof.h); and then again only when
/// something has moved, or after a while, because the world outside may have changed.
///
/// Thread safety: none.
#pragma once

#include <optional>
#include <vector>

#include "core/time.h"
#include "scenarios/hang_proof/proof.h"

namespace workbench::hang_proof {

class Examiner {
 public:
  /// `pace`: at least so long from one look to the next.
  Examiner(const Tree& tree, Duration pace) : tree_(tree), pace_(pace) {}

  const Finding& look();
  const Finding& finding() const { return finding_; }

  /// When the next look is worth its price.
  TimePoint next() const { return next_; }

  /// Since when nothing of the tree has run, as far as was seen. The end of time: something runs.
  TimePoint still_since() const { return still_since_; }

 private:
  bool has_run(const ThreadSnapshot& before);
  bool look_at_all();
  Duration rest_after(Duration cost) const;

  const Tree tree_;
  const Duration pace_;
  Finding finding_{};
  std::optional<ThreadSnapshot> runner_{};  // was seen running
  std::vector<ThreadSnapshot> still_{};     // all, when nothing ran
  std::vector<int> still_listed_{};         // the numbers of the threads that were listed then
  TimePoint still_since_ = TimePoint::max();
  const TimePoint start_ = Clock::now();
  Duration spent_{};
  int unchanged_ = 0;  // the last so many looks have shown the same
  TimePoint next_{};
  TimePoint next_examination_{};
  Duration after_freezing_{};  // grows: a program that lives is to be stopped ever more rarely
};

}  // namespace workbench::hang_proof
