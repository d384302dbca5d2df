/// @file
/// Large pages for large lists.
///
/// The system gives memory out when it is touched for the first time, page by page. With pages of
/// 4 kB that may cost more than whatever is done with the memory: ten million outcomes of 16 bytes
/// are forty thousand interruptions of a microsecond and more. With pages of 2 MB they are eighty.
///
/// Thread safety: free functions without state.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace workbench {

/// Asks for large pages for the room that `list` has reserved, if there is a lot. Call it when
/// nothing has been put there yet. Where the system has no large pages, nothing happens.
template <class T>
void use_large_pages(std::vector<T>& list) {
  static const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  constexpr std::size_t kALot = std::size_t{8} << 20U;
  const std::size_t bytes = list.capacity() * sizeof(T);
  if (bytes < kALot) return;
  auto* const begin = reinterpret_cast<std::byte*>(list.data());
  const std::size_t head = -reinterpret_cast<std::uintptr_t>(begin) % page;
  madvise(begin + head, bytes - head, MADV_HUGEPAGE);  // only a wish
}

}  // namespace workbench
