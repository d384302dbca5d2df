#include "scenarios/inject/injector.h"

#include <stdexcept>
#include <tuple>
#include <utility>

#include "core/this_worker.h"

namespace workbench::scenarios {

Injector::Injector(std::vector<Fault> faults, trace::Strikes* strikes)
    : faults_(std::move(faults)),
      strikes_made_(strikes),
      matched_(posix::make_shared_memory<trace::Strikes>()) {
  static_assert(std::tuple_size_v<trace::Strikes> == kMostFaults);
  if (faults_.size() > kMostFaults) throw std::length_error("too many faults in one scenario");
}

void Injector::reset() {
  for (auto& count : *matched_) count.store(0);
  if (strikes_made_ != nullptr) {
    for (auto& count : *strikes_made_) count.store(0);
  }
  begin_run();
}

void Injector::begin_run() {
  const std::lock_guard lock(mutex_);
  positions_.clear();
}

void Injector::before_pop() {
  if (!this_worker_id()) return;
  {
    const std::lock_guard lock(mutex_);
    Position& position = positions_[*this_worker_id()];
    ++position.pops;
    position.task.reset();
  }
  at(Window::before_pop);
}

void Injector::after_pop(const MaybeTask& task) {
  if (!this_worker_id() || !task) return;
  {
    const std::lock_guard lock(mutex_);
    positions_[*this_worker_id()].task = task;
  }
  at(Window::after_pop);
}

void Injector::at(Window window) {
  if (!this_worker_id()) return;  // not a worker
  Position position;
  {
    const std::lock_guard lock(mutex_);
    position = positions_[*this_worker_id()];
  }
  if (position.left) return;
  if (strikes_ && strikes_()) strike({.at = window});
  strike_where([&](const Fault& fault) {
    return fault.at == window && (!fault.worker || fault.worker == this_worker_id()) &&
           (!fault.task || fault.task == position.task) &&
           (!fault.pop || fault.pop == position.pops);
  });
}

void Injector::leave() {
  const std::lock_guard lock(mutex_);
  positions_[*this_worker_id()].left = true;
}

void Injector::in_foreign_action(TaskId task) {
  strike_where([&](const Fault& fault) {
    return fault.at == Window::in_action && (!fault.task || fault.task == task) && !fault.worker &&
           !fault.pop;
  });
}

void Injector::at_callers(Window window) {
  if (this_worker_id()) return;
  strike_where([&](const Fault& fault) { return fault.at == window; });
}

void Injector::at_start(WorkerId worker) {
  strike_where([&](const Fault& fault) {
    return fault.at == Window::starting && (!fault.worker || fault.worker == worker);
  });
}

// Strikes without holding the lock: a strike may never return, and the other workers need the lock.
template <class Matches>
void Injector::strike_where(Matches matches) {
  for (std::size_t i = 0; i < faults_.size(); ++i) {
    const Fault& fault = faults_[i];
    if (!matches(fault)) continue;
    if (fault.times && count_) count_();
    if (fault.times && matched_->at(i).fetch_add(1) >= *fault.times) continue;
    if (strikes_made_ != nullptr) ++strikes_made_->at(i);  // before it: there may be no after
    strike(fault, sleep_);
  }
}

}  // namespace workbench::scenarios
