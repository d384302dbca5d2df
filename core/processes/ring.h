/// @file
/// A byte stream between two processes: a single-producer, single-consumer ring in shared memory.
///
///            tail              head
///             ▼                 ▼
///     ┌───┬───┬───┬───┬───┬───┬───┬───┐
///     │   │   │ x │ x │ x │ x │   │   │      x: written, not yet read
///     └───┴───┴───┴───┴───┴───┴───┴───┘
///
/// Invariants:
/// 1. `tail <= head <= tail + kCapacity`; both only grow, and index the bytes modulo kCapacity.
/// 2. Only the writer moves `head`, after it has copied the bytes; only the reader moves `tail`,
///    after it has copied them out. So all bytes below `head` are complete, even if the writer was
///    killed a moment later, and nothing that a dead process left behind can block the other side.
///
/// `head` and `tail` are sequentially consistent, because of the doorbell (doorbell.h): one side
/// moves the ring, then looks whether the other sleeps; the other says that it sleeps, then looks
/// whether the ring was moved. At least one of the two must see what the other did.
///
/// A crashing process may write anything into the memory that it shares. So neither side trusts
/// what it reads there: with indices that make no sense the ring is `broken`, and nothing is read
/// or written any more. What the bytes say is checked elsewhere (message.h).
///
/// Thread safety: one writing and one reading thread, in any processes that share the memory.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace workbench::processes {

class Ring {
 public:
  static constexpr std::size_t kCapacity = std::size_t{1} << 18;

  /// Copies as much of the `size` bytes at `data` as there is room for; returns how much.
  std::size_t write_some(const char* data, std::size_t size) {
    const std::uint64_t head = head_.load(std::memory_order_relaxed);
    const auto used = static_cast<std::size_t>(head - tail_);
    if (used > kCapacity) return 0;
    const std::size_t count = std::min(size, kCapacity - used);
    // The bytes may go past the end of the array: then the rest of them begins again at its start.
    const std::size_t start = head % kCapacity;
    const std::size_t first = std::min(count, kCapacity - start);
    std::copy_n(data, first, bytes_.data() + start);
    std::copy_n(data + first, count - first, bytes_.data());
    head_ = head + count;  // last: from now on the reader sees them
    return count;
  }

  /// Copies as much as there is, at most `size` bytes, to `data`; returns how much.
  std::size_t read_some(char* data, std::size_t size) {
    const std::uint64_t tail = tail_.load(std::memory_order_relaxed);
    const auto used = static_cast<std::size_t>(head_ - tail);
    if (used > kCapacity) return 0;
    const std::size_t count = std::min(size, used);
    const std::size_t start = tail % kCapacity;
    const std::size_t first = std::min(count, kCapacity - start);
    std::copy_n(bytes_.data() + start, first, data);
    std::copy_n(bytes_.data(), count - first, data + first);
    tail_ = tail + count;  // last: from now on the writer may overwrite them
    return count;
  }

  /// How many bytes there are to read; 0 if the ring is broken.
  std::size_t size() const {
    const std::size_t used = used_bytes();
    return used > kCapacity ? 0 : used;
  }
  bool empty() const { return size() == 0; }
  bool full() const { return size() == kCapacity; }
  bool broken() const { return used_bytes() > kCapacity; }

  /// How many bytes were ever read. When the reader has died, this says which messages it had read.
  std::uint64_t bytes_read() const { return tail_; }

 private:
  // The tail first: the head may grow meanwhile, and must not be behind it.
  std::size_t used_bytes() const {
    const std::uint64_t tail = tail_;
    return static_cast<std::size_t>(head_ - tail);
  }

  alignas(64) std::atomic<std::uint64_t> head_{0};
  alignas(64) std::atomic<std::uint64_t> tail_{0};
  alignas(64) std::array<char, kCapacity> bytes_;
};

static_assert(std::atomic<std::uint64_t>::is_always_lock_free, "a lock must not be shared");

}  // namespace workbench::processes
