/// @file
/// Records events in shared memory, so that they outlive a process that is killed.
///
///     reserve ──▶ the place of the event in the order      a place that is never published
///     publish ──▶ the event itself                         is an event that did not happen
///
/// Recording takes two steps so that a push stands before its pop. The actor that pushes reserves a
/// place first, then makes the item visible, then publishes the event. The actor that pops reserves
/// and publishes after its pop. So in every queue an item's push comes before its pop (for a push
/// that must wait for room, see traced_queue.h). Two pushes at the same time may be recorded in
/// either order.
///
/// Lock-free: a process that is killed in the middle of recording does not hold up the others.
///
/// Thread safety: `reserve`, `publish` and `record` may be called from every thread and every
/// forked process; `events` only when nobody writes any more (all writers have ended, or are proved
/// to sleep).
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/time.h"
#include "scenarios/trace/event.h"

namespace workbench::trace {

class Recorder {
 public:
  /// There is room for this many events. Later ones are counted, but not kept.
  static constexpr std::size_t kEvents = 1U << 16U;

  std::uint64_t reserve() { return next_.fetch_add(1); }

  /// Requires: `event.seq` is the place that was reserved for this event.
  void publish(Event event) {
    event.t_ns = std::chrono::nanoseconds(Clock::now() - start_).count();
    latest_ns_.store(event.t_ns, std::memory_order_relaxed);
    if (event.seq >= kEvents) return;
    Slot& slot = slots_.at(event.seq);
    slot.event = event;
    std::atomic_ref(slot.published).store(1, std::memory_order_release);
  }

  void record(Event event) {
    event.seq = reserve();
    publish(event);
  }

  /// All events, in order.
  std::vector<Event> events() const {
    std::vector<Event> events;
    for (std::size_t i = 0; i < kEvents && i < next_.load(); ++i) {
      if (slots_.at(i).published != 0) events.push_back(slots_.at(i).event);
    }
    return events;
  }

  /// The place that the next event will get.
  std::uint64_t next() const { return next_.load(); }

  std::uint64_t dropped() const {
    const std::uint64_t all = next_.load();
    return all > kEvents ? all - kEvents : 0;
  }

  /// Forgets everything. Requires: nobody writes at the same time.
  void reset() {
    for (std::size_t i = 0; i < kEvents && i < next_.load(); ++i) slots_.at(i).published = 0;
    next_.store(0);
    latest_ns_.store(0);
    start_ = Clock::now();
  }

  TimePoint start() const { return start_; }

  /// The time of the last event.
  TimePoint latest() const { return start_ + std::chrono::nanoseconds(latest_ns_.load()); }

 private:
  struct Slot {
    Event event;
    std::uint32_t published;
  };

  TimePoint start_ = Clock::now();
  std::atomic<std::uint64_t> next_{0};
  std::atomic<std::int64_t> latest_ns_{0};
  std::array<Slot, kEvents> slots_;  // not initialised: fresh shared memory is zero
};

}  // namespace workbench::trace
