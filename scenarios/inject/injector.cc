#include "scenarios/inject/injector.h"

#include <stdexcept>
#include <utility>

#include "core/this_worker.h"

namespace workbench::scenarios {

Injector::Injector(std::vector<Fault> faults)
    : faults_(std::move(faults)),
      fired_(posix::make_shared_memory<std::array<std::atomic<std::size_t>, kMostFaults>>()) {
  if (faults_.size() > kMostFaults) throw std::length_error("too many faults in one scenario");
}

void Injector::reset() {
  for (auto& count : *fired_) count.store(0);
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
    if (fault.times && fired_->at(i).fetch_add(1) >= *fault.times) continue;
    strike(fault, sleep_);
  }
}

}  // namespace workbench::scenarios
