#include "scenarios/stacks/unflushed.h"

#include <algorithm>
#include <cstdint>

#include "core/symbols/debug_info.h"
#include "scenarios/hang_proof/proc.h"
#include "scenarios/stacks/other_memory.h"

namespace workbench::stacks {

std::string unflushed_output_of(pid_t process) {
  // In struct _IO_FILE of glibc: what is between these two pointers was not written yet. The layout
  // is part of its binary interface.
  constexpr std::uint64_t kWriteBase = 0x20;
  constexpr std::uint64_t kWritePointer = 0x28;
  constexpr std::uint64_t kMost = 64 << 10;
  const auto file = DebugInfo(process).address_of("_IO_2_1_stdout_");
  if (!file) return "";
  try {
    const OtherMemory memory(hang_proof::living_thread_of(process));
    const auto begin = memory.at<std::uint64_t>(*file + kWriteBase);
    const auto end = memory.at<std::uint64_t>(*file + kWritePointer);
    std::string text = end <= begin ? "" : memory.bytes_at(begin, std::min(end - begin, kMost));
    const bool is_text = text.find('\0') == std::string::npos;
    return is_text ? text : "";
  } catch (const UnreadableMemory&) {
    return "";
  }
}

}  // namespace workbench::stacks
