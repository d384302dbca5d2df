#include "core/simulated/scheduler.h"

#include <algorithm>
#include <exception>
#include <stdexcept>
#include <utility>

#include "core/simulated/sync.h"
#include "core/this_worker.h"
#include "core/threads/worker.h"

namespace workbench::simulated {
namespace {

Scheduler*& current_scheduler() {
  static thread_local Scheduler* scheduler = nullptr;
  return scheduler;
}

using SimulatedWorker = threads::Worker<SimulatedSync>;

}  // namespace

Scheduler& Scheduler::current() { return *current_scheduler(); }

Ending Scheduler::run(std::function<void()> program, const std::function<void(Ending)>& look) {
  Scheduler* const outer = std::exchange(current_scheduler(), this);
  early_left_ = options_.early_timeouts;
  spurious_left_ = options_.spurious_wakeups;
  faults_left_ = options_.faults;
  threads_.push_back(
      std::make_unique<Thread>([this, program = std::move(program)] { live(program); }));
  Ending ending = Ending::finished;
  // When the program has ended, the threads that are left go on as far as they can. All that they
  // do then, they could also have done earlier.
  for (;;) {
    gather_options();
    if (choices_.empty()) {
      ending = program_ended() ? Ending::finished : Ending::deadlock;
      break;
    }
    if (steps_ >= options_.max_steps) {
      ending = program_ended() ? Ending::finished : Ending::too_long;
      break;
    }
    const auto choice = strategy_.choose(choices_);
    if (!choice) {
      ending = Ending::stopped;
      break;
    }
    // Account for the choice: budgets, and the virtual clock. These are accesses, too, because they
    // decide what the other threads can do later.
    const Transition option = choices_[*choice];
    Thread& thread = *threads_[option.thread];
    thread.timed_out = option.reason == WakeReason::timeout || option.reason == WakeReason::early;
    if (option.reason == WakeReason::spurious) --spurious_left_;
    if (option.reason == WakeReason::early) --early_left_;
    if (option.reason != WakeReason::ready) touch(kBudgets, true);
    if (thread.timed_out) {
      now_ = std::max(now_, thread.deadline);
      touch(kClock, true);
    }
    last_ = running_ = option.thread;
    thread.state = Thread::State::ready;
    ++steps_;
    resume(thread);
    strategy_.stepped(accesses_);
    accesses_.clear();
  }
  if (look && ending != Ending::stopped) look(ending);
  unwind_all();
  current_scheduler() = outer;
  if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
  return ending;
}

// Lists the ways in which the run can go on. The thread that ran last comes first, and timers come
// last. So in a schedule of zeros no thread is interrupted, and no timer fires early.
void Scheduler::gather_options() {
  choices_.clear();
  const std::size_t count = threads_.size();
  std::vector<Transition> unusual;
  for (std::size_t i = 0; i < count; ++i) {
    const auto id = static_cast<ThreadId>(last_ + i < count ? last_ + i : last_ + i - count);
    const Thread& thread = *threads_[id];
    switch (thread.state) {
      case Thread::State::ready:
        choices_.push_back({id, WakeReason::ready});
        break;
      case Thread::State::joining:
        if (threads_[thread.joins]->state == Thread::State::ended)
          choices_.push_back({id, WakeReason::ready});
        break;
      case Thread::State::waiting:
        if (thread.notified) {
          choices_.push_back({id, WakeReason::ready});
          break;
        }
        if (early_left_ > 0 && thread.deadline != TimePoint::max()) {
          unusual.push_back({id, WakeReason::early});
        }
        if (spurious_left_ > 0) unusual.push_back({id, WakeReason::spurious});
        break;
      case Thread::State::ended:
        break;
    }
  }
  if (program_ended()) return;
  if (choices_.empty() && early_left_ == 0) gather_idle_timeouts();
  choices_.insert(choices_.end(), unusual.begin(), unusual.end());
}

// No thread can go on, so virtual time passes: the timers that are the next to fire are options.
void Scheduler::gather_idle_timeouts() {
  TimePoint earliest = TimePoint::max();
  for (const auto& each : threads_) {
    const Thread& thread = *each;
    if (thread.state == Thread::State::waiting && !thread.notified) {
      earliest = std::min(earliest, thread.deadline);
    }
  }
  if (earliest == TimePoint::max()) return;
  for (ThreadId id = 0; id < threads_.size(); ++id) {
    const Thread& thread = *threads_[id];
    if (thread.state == Thread::State::waiting && thread.deadline == earliest) {
      choices_.push_back({id, WakeReason::timeout});
    }
  }
}

// Lets a thread go on until it yields. Before that, what a real thread would keep in `thread_local`
// variables is put in place; afterwards it is saved again.
void Scheduler::resume(Thread& thread) {
  const auto our_id = std::exchange(this_worker_id(), thread.worker_id);
  auto* const our_worker =
      std::exchange(SimulatedWorker::current(), static_cast<SimulatedWorker*>(thread.worker));
  thread.fiber.resume();
  thread.worker_id = std::exchange(this_worker_id(), our_id);
  thread.worker = std::exchange(SimulatedWorker::current(), our_worker);
  if (thread.fiber.ended()) thread.state = Thread::State::ended;
}

// The life of a thread. An exception that leaves it is kept, for `run` to throw it.
void Scheduler::live(const std::function<void()>& body) {
  try {
    body();
  } catch (const Unwind&) {
  } catch (...) {
    thrown_ = std::current_exception();
  }
}

// Throws Unwind through every thread that has begun and not ended, so that its destructors run.
void Scheduler::unwind_all() {
  unwinding_ = true;
  held_ = 0;
  // The program is the last, because other threads may use what it owns.
  for (std::size_t i = threads_.size(); i-- > 0;) {
    Thread& thread = *threads_[i];
    if (thread.fiber.begun() && !thread.fiber.ended()) resume(thread);
  }
}

void Scheduler::yield() {
  threads_[running_]->fiber.yield();
  if (unwinding_) throw Unwind{};
}

ThreadId Scheduler::start(std::function<void()> body) {
  if (unwinding_) throw Unwind{};
  threads_.push_back(std::make_unique<Thread>([this, body = std::move(body)] { live(body); }));
  const auto id = static_cast<ThreadId>(threads_.size() - 1);
  strategy_.enabled(running_, id);
  return id;
}

void Scheduler::join(ThreadId thread) {
  if (unwinding_) return;
  Thread& self = *threads_[running_];
  self.joins = thread;
  self.state = Thread::State::joining;
  yield();
  strategy_.enabled(thread, running_);
}

bool Scheduler::wait(ObjectId queue, TimePoint deadline) {
  Thread& self = *threads_[running_];
  self.queue = queue;
  self.deadline = deadline;
  self.notified = false;
  self.state = Thread::State::waiting;
  yield();
  self.deadline = TimePoint::max();
  return !self.timed_out;
}

// If another thread waits there already, this is no look in vain: it matters which of the two is
// notified.
void Scheduler::looked_in_vain(ObjectId mutex, ObjectId queue) {
  const bool only_looked =
      std::all_of(accesses_.begin(), accesses_.end(), [&](const Access& access) {
        return access.object == mutex || access.kind == Access::Kind::read;
      });
  if (!only_looked || !waiters(queue).empty()) return;
  for (Access& access : accesses_) {
    if (access.object == mutex) access = {mutex, Access::Kind::look, queue};
  }
}

void Scheduler::notify(ObjectId queue, bool all) {
  std::vector<ThreadId> notified = waiters(queue);
  if (all || notified.size() <= 1) accesses_.push_back({queue, Access::Kind::notify});
  if (notified.empty()) return;
  if (!all) notified = {notified[pick(notified.size())]};
  for (const ThreadId waiter : notified) {
    threads_[waiter]->notified = true;
    strategy_.enabled(running_, waiter);
  }
}

std::vector<ThreadId> Scheduler::waiters(ObjectId queue) const {
  std::vector<ThreadId> waiters;
  for (ThreadId id = 0; id < threads_.size(); ++id) {
    const Thread& thread = *threads_[id];
    const bool waits = thread.state == Thread::State::waiting && thread.queue == queue;
    if (waits && !thread.notified) waiters.push_back(id);
  }
  return waiters;
}

TimePoint Scheduler::now() {
  if (options_.early_timeouts > 0 && !unwinding_) touch(kClock, false);
  return now_;
}

std::size_t Scheduler::pick(std::size_t count) {
  return count < 2 || unwinding_ ? 0 : strategy_.pick(count);
}

bool Scheduler::strikes() {
  if (options_.faults == 0 || unwinding_) return false;
  const bool struck = faults_left_ > 0 && pick(2) == 1;
  if (struck) --faults_left_;
  touch(kFaults, struck);  // if it is the last one, no fault can strike elsewhere
  return struck;
}

}  // namespace workbench::simulated
