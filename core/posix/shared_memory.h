/// @file
/// An object in memory that is shared with the processes forked later. It has no name, so the
/// kernel frees it when the last of these processes is gone, however it ended.
#pragma once

#include <sys/mman.h>

#include <cerrno>
#include <memory>
#include <new>
#include <system_error>
#include <type_traits>

namespace workbench::posix {

struct Unmap {
  std::size_t size;
  void operator()(void* memory) const { munmap(memory, size); }
};

template <class T>
using Shared = std::unique_ptr<T, Unmap>;

/// A default-constructed T in shared memory. Throws std::system_error if no memory is left.
template <class T>
Shared<T> make_shared_memory() {
  static_assert(std::is_trivially_destructible_v<T>, "nobody could say who destroys it");
  void* memory =
      mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
  return Shared<T>(new (memory) T, Unmap{sizeof(T)});
}

}  // namespace workbench::posix
