/// @file
/// Large pages for large lists.
///
/// The kernel provides memory only when it is touched for the first time, page by page. With pages
/// of 4 kB this may cost more than the work that is done with the memory: ten million outcomes of
/// 16 bytes cause forty thousand page faults, of a microsecond or more each. With pages of 2 MB
/// they cause eighty.
///
/// Thread safety: free functions without state.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace workbench {

/// Asks for large pages for the memory that `list` has reserved, if that is 8 MB or more. Call it
/// before anything is put there. If the system has no large pages, nothing happens.
template <class T>
void use_large_pages(std::vector<T>& list) {
  static const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  constexpr std::size_t kALot = std::size_t{8} << 20U;
  const std::size_t bytes = list.capacity() * sizeof(T);
  if (bytes < kALot) return;
  auto* const begin = reinterpret_cast<std::byte*>(list.data());
  // madvise wants an address at the beginning of a page: skip the bytes before the first one.
  const std::size_t head = -reinterpret_cast<std::uintptr_t>(begin) % page;
  madvise(begin + head, bytes - head, MADV_HUGEPAGE);  // only a wish: errors do not matter
}

}  // namespace workbench
