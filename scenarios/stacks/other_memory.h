/// @file
/// The memory of another process. It is read and never written, and the process notices nothing.
///
/// An address may be anything, also nonsense: the kernel copies, and says whether it could.
///
/// Thread safety: all may be called by several threads at once.
#pragma once

#include <sys/types.h>
#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>

namespace workbench::stacks {

/// Thrown: there is no such memory, it is not what it should be, or we may not read it.
struct UnreadableMemory {};

class OtherMemory {
 public:
  /// `thread`: any thread of the process that has not ended.
  explicit OtherMemory(pid_t thread) : thread_(thread) {}

  /// What lies at this address. Throws UnreadableMemory.
  template <class T>
  T at(std::uint64_t address) const {
    static_assert(std::is_trivially_copyable_v<T>);
    T value{};
    copy(address, &value, sizeof value);
    return value;
  }

  /// So many bytes from this address on. Throws UnreadableMemory.
  std::string bytes_at(std::uint64_t address, std::size_t count) const {
    std::string bytes(count, '\0');
    copy(address, bytes.data(), count);
    return bytes;
  }

 private:
  void copy(std::uint64_t address, void* to, std::size_t size) const {
    // The address is one of the other process; we never use it as a pointer of our own.
    auto* const there = reinterpret_cast<void*>(address);  // NOLINT
    const iovec here{.iov_base = to, .iov_len = size};
    const iovec far{.iov_base = there, .iov_len = size};
    if (process_vm_readv(thread_, &here, 1, &far, 1, 0) != static_cast<ssize_t>(size)) {
      throw UnreadableMemory{};
    }
  }

  pid_t thread_;
};

}  // namespace workbench::stacks
