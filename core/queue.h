/// @file
/// What every queue of every runtime can do.
///
///     push, push_all ──▶ ┌───┬───┬───┬───┐ ──▶ pop, pop_for, try_pop, pop_some
///                        │ d │ c │ b │ a │
///                        └───┴───┴───┴───┘ ──▶ drain
///
/// These operations are called the *verbs* of a queue. A queue object is a handle: its copies name
/// the same queue, which lives as long as any of them.
///
/// Guarantees, for all runtimes:
/// 1. First in, first out; every item is popped exactly once.
/// 2. What one worker pushes, even into different queues, arrives in the order of its pushes.
/// 3. When a push has returned, its item will arrive, even if the worker is killed right after it.
/// 4. `push` into a bounded queue waits while it is full; `push_now` does not wait and may overfill
///    it. Backpressure should slow down results, but not the message that a worker died.
/// 5. After `drain` the queue is empty, and producers that waited for room go on.
///
/// A queue may be shared *in batches* (`QueueOptions::workers`). Then workers need the queue itself
/// less often. A worker takes several tasks at once, its *batch*; a worker that finds the queue
/// empty *steals* tasks that another one took and has not begun. So tasks may be begun in another
/// order. While a worker has more tasks in its batch, what it pushes into such a queue may arrive
/// late: together with what it pushes some milliseconds later. It arrives at the latest when the
/// batch is empty, and before the worker pushes anything else, waits, or ends. Guarantees 2, 3 and
/// 5 remain.
///
/// Requires: items can be moved without an exception, and have a default constructor. `push_all`
/// takes a vector of items, or another range with a size, such as `TaskRange`, and moves the items
/// out of it.
///
/// Thread safety: all verbs may be called by the caller and by every worker of the runtime.
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
  std::size_t capacity = 0;  ///< `push` waits while there are this many items; 0: never
  /// How many workers share the queue in batches; 0: one item at a time. See above.
  std::size_t workers = 0;
};

/// For `pop_some`: all items that are there.
inline constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();

/// A queue of `T`. A timeout <= 0 means "do not wait", and `kForever` means "no limit".
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
