/// @file
/// What parent and worker say to each other over a channel: a header, then `size` bytes of items.
///
///     worker ──▶ parent   put       here are `count` items for a queue
///                         take      up to `count` items of a queue, please
///                         farewell  I returned (no item), or died of this Failure (one item)
///     parent ──▶ worker   items     the answer to `take`; none when its wait is over
///                         batch     the same: tasks, which are in its hand
///                         accepted  the answer to a `put` into a bounded queue
///
/// A worker has at most one question open at a time.
#pragma once

#include <cstdint>

namespace workbench::processes {

enum class Verb : std::uint32_t { put, take, farewell, items, batch, accepted };

struct Header {
  Verb verb{};
  std::uint32_t queue = 0;
  std::uint64_t count = 0;
  std::int64_t wait_ns = 0;  ///< `take`: how long to wait for the first item; 0: not at all
  std::uint64_t size = 0;    ///< of the items that follow, in bytes
};

}  // namespace workbench::processes
