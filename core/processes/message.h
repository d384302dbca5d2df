/// @file
/// The messages between a worker and its parent: a header, and then a payload, the items as bytes
/// (wire.h).
///
///     worker ──▶ parent   put       here are `count` items for a queue
///                         take      give me up to `count` items of a queue
///                         farewell  I returned (no item), or this is my Exit (one item)
///     parent ──▶ worker   items     the answer to `take`; no item if the wait is over
///                         batch     another answer to `take`: your TaskBatch has new tasks
///                         accepted  the answer to a `put` into a bounded queue
///
/// A worker makes one request at a time, and waits for its answer.
///
/// Messages travel through memory that a crashing worker may overwrite. So each is sealed: its
/// header has a checksum of itself, and one of the payload. Thread safety: free functions.
#pragma once

#include <cstdint>
#include <string_view>

namespace workbench::processes {

enum class Verb : std::uint32_t { put, take, farewell, items, batch, accepted };

struct Header {
  Verb verb{};
  std::uint32_t queue = 0;
  std::uint64_t count = 0;
  std::int64_t wait_ns = 0;  ///< `take`: how long to wait for the first item; 0: not at all
  std::uint64_t size = 0;    ///< of the payload that follows, in bytes
  std::uint64_t payload_checksum = 0;
  std::uint64_t checksum = 0;  ///< of everything above
};

/// The header with its size and its checksums.
Header sealed(Header header, std::string_view payload);

bool is_intact(const Header& header);
/// Requires: the header is intact.
bool is_intact(const Header& header, std::string_view payload);

}  // namespace workbench::processes
