#include "scenarios/hang_proof/frozen_tree.h"

#include <sched.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <set>
#include <span>
#include <utility>

#include "core/time.h"
#include "scenarios/hang_proof/snapshot.h"

namespace workbench::hang_proof {
namespace {

constexpr int kRounds = 10;                   // after so many lists something still was new
constexpr std::chrono::seconds kPatience{2};  // until one sleeps again: it has nothing to do

// Does this for each, and throws the first Moved only at the end: whoever was stopped has to be
// brought back into its call even if the tree turns out to live.
template <class Threads, class Do>
void for_each(Threads& threads, Do act) {
  std::optional<Moved> first;
  for (auto& thread : threads) {
    try {
      act(thread);
    } catch (const Moved& moved) {
      if (!first) first = moved;
    }
  }
  if (first) throw Moved(*first);
}

}  // namespace

FrozenTree::FrozenTree(const Tree& tree) {
  seize_all(tree);
  stop_all();
}

void FrozenTree::seize_all(const Tree& tree) {
  std::set<std::pair<pid_t, pid_t>> seized;
  std::set<pid_t> had_ended;
  for (int round = 0; round < kRounds; ++round) {
    ThreadList list = threads_of(tree);
    const bool none_ends =
        std::includes(had_ended.begin(), had_ended.end(), list.ended.begin(), list.ended.end());
    had_ended = std::move(list.ended);
    bool added = false;
    for (const auto& [process, thread] : list.threads) {
      if (!seized.emplace(process, thread).second) continue;
      threads_.push_back(Tracee::seize(process, thread));
      added = true;
    }
    if (added || !list.complete || !none_ends) continue;
    if (list.threads.size() != seized.size()) throw Moved{"a thread has ended"};
    if (threads_.empty()) throw Moved{"nothing is left of it"};
    return;
  }
  throw Moved{"threads or processes come and go"};
}

void FrozenTree::stop_all() {
  std::optional<Moved> gone;
  const auto remember = [&](auto act) {
    try {
      for_each(threads_, act);
    } catch (const Moved& moved) {
      if (!gone) gone = moved;
    }
  };
  remember([](const Tracee& thread) { thread.interrupt(); });
  remember([](Tracee& thread) { thread.begin_again(); });
  if (gone) throw Moved(*gone);
  for_each(threads_, [](Tracee& thread) { thread.at_entry(); });
}

// Not one thread after the other: each would be waited for three times. And not all at once: should
// we be killed meanwhile, a thread that is asked gets a wrong result of its call.
std::vector<long> FrozenTree::call_in_each(long number,
                                           const std::vector<std::uint64_t>& arguments) {
  constexpr std::size_t kAtOnce = 64;
  std::vector<long> results;
  for (std::size_t begin = 0; begin < threads_.size(); begin += kAtOnce) {
    const std::span some =
        std::span(threads_).subspan(begin, std::min(kAtOnce, threads_.size() - begin));
    std::optional<Moved> gone;
    const auto do_in_each = [&](auto act) {
      try {
        for_each(some, act);
      } catch (const Moved& moved) {
        if (!gone) gone = moved;
      }
    };
    do_in_each([&](Tracee& thread) { thread.ask(number, arguments); });
    do_in_each([&](Tracee& thread) { results.push_back(thread.answer()); });
    do_in_each([&](Tracee& thread) { thread.at_entry(); });
    if (gone) throw Moved(*gone);
  }
  return results;
}

std::vector<pid_t> FrozenTree::processes() const {
  std::set<pid_t> all;
  for (const Tracee& thread : threads_) all.insert(thread.process());
  return {all.begin(), all.end()};
}

void FrozenTree::let_wait() const {
  for (const Tracee& thread : threads_) thread.let_wait();
  std::vector<ThreadSnapshot> asleep;
  for (const Tracee& thread : threads_) {
    for (const TimePoint deadline = deadline_after(Clock::now(), kPatience);;) {
      const auto snapshot = snapshot_of(thread.process(), thread.thread());
      if (!snapshot || thread.has_stopped() || Clock::now() >= deadline) {
        throw Moved{"thread " + std::to_string(thread.thread()) + " does not wait any more"};
      }
      if (snapshot->waits_untimed()) {
        asleep.push_back(*snapshot);
        break;
      }
      sched_yield();  // it is on its way into the call
    }
  }
  // Each was seen asleep; and if none was switched until now, all slept at the same instant.
  for (const ThreadSnapshot& snapshot : asleep) {
    // All of it, not only whether it was switched: one that was woken just now, and has not gone
    // on, is counted as before.
    if (snapshot_of(snapshot.process, snapshot.thread) != snapshot) {
      throw Moved{snapshot.command + " has moved"};
    }
  }
  for (const Tracee& thread : threads_) {
    if (thread.has_stopped()) throw Moved{"a thread has come back from its call"};
  }
}

}  // namespace workbench::hang_proof
