/// @file
/// "Am I still the process that I was?", asked a million times a second.
///
/// An action may fork, and the child may return from the action as if it were the worker: two
/// processes then use the same line to the parent. To ask getpid() each time would cost a system
/// call. Instead there is a page of memory that the kernel wipes in every forked child
/// (MADV_WIPEONFORK, Linux 4.14).
///
/// Thread safety: reading is safe from any thread.
#pragma once

#include <sys/mman.h>

#include <cerrno>
#include <system_error>

namespace workbench::posix {

class StrayCheck {
 public:
  /// Remembers this process. Throws std::system_error if no memory is left.
  StrayCheck()
      : page_(mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) {
    if (page_ == MAP_FAILED || madvise(page_, kSize, MADV_WIPEONFORK) != 0) {
      throw std::system_error(errno, std::generic_category(), "mmap");
    }
    *static_cast<volatile char*>(page_) = 1;
  }
  StrayCheck(const StrayCheck&) = delete;
  ~StrayCheck() { munmap(page_, kSize); }

  /// Was this process forked from the one that made the check?
  bool is_stray() const { return *static_cast<const volatile char*>(page_) == 0; }

 private:
  static constexpr std::size_t kSize = 1;  // of which the kernel makes a page

  void* page_;
};

}  // namespace workbench::posix
