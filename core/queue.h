/// @file
/// What every queue of every runtime can do.
///
///     push, push_all ──▶ ┌───┬───┬───┬───┐ ──▶ pop, pop_for, try_pop, pop_some
///                        │ d │ c │ b │ a │
///                        └───┴───┴───┴───┘ ──▶ drain
///
/// A queue object is a handle: copies of it name the same queue, which lives as long as any of
/// them.
///
/// Guarantees, for all runtimes:
/// 1. First in, first out; every item is popped by exactly one popper.
/// 2. What one worker pushed, to any queues, arrives in the order in which it pushed it.
/// 3. A push that has returned is delivered, even if the pusher is killed right after it.
/// 4. `push` into a bounded queue waits while it is full; `push_now` does not wait and may overfill
///    it: backpressure is for results, not for the news that somebody died.
/// 5. After `drain` the queue is empty, and those who waited for room go on.
///
/// *In batches*, which is an option of a queue, workers come to it less often. A worker takes
/// several tasks at once, and whoever finds the queue empty takes from its hands what it has not
/// begun; so tasks are popped in order only as far as one worker sees. What a worker pushes while
/// it has more tasks in its hands, it may hold back for a few milliseconds: until its hands are
/// empty, and in any case until it pushes anything else, waits, or ends. Guarantees 2, 3 and 5 hold
/// all the same.
///
/// Items can be moved, which does not throw, and have a default. `push_all` takes a list of items,
/// or a range with a size that stands for one; items are moved out of it.
///
/// Thread safety: all verbs, from the caller and from every worker of the runtime.
#pragma once

#include <concepts>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "core/time.h"

namespace workbench {

struct QueueOptions {
  std::size_t capacity = 0;  ///< `push` waits while there are so many items; 0: it never waits
  /// How many workers share the queue in batches; 0: one item at a time. See above.
  std::size_t workers = 0;
};

/// For `pop_some`: all that there is.
inline constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();

/// A queue of `T`. Where a timeout is taken, one <= 0 means "do not wait", `kForever` "no limit".
template <class Q, class T>
concept QueueOf = requires(Q queue, const Q& view, T item, std::vector<T> items, std::size_t max,
                           Duration timeout) {
  queue.push(std::move(item));                                       // waits for room
  queue.push_now(std::move(item));                                   // never waits
  queue.push_all(std::move(items));                                  // in order
  { queue.pop() } -> std::same_as<T>;                                // waits for an item
  { queue.pop_for(timeout) } -> std::same_as<std::optional<T>>;      // empty: timed out
  { queue.try_pop() } -> std::same_as<std::optional<T>>;             // never waits
  { queue.pop_some(max, timeout) } -> std::same_as<std::vector<T>>;  // waits for the first
  { queue.drain() } -> std::same_as<std::vector<T>>;                 // never waits
  { view.size() } -> std::same_as<std::size_t>;                      // may be stale
  { view.name() } -> std::convertible_to<std::string>;
};

}  // namespace workbench
