#include "scenarios/report/traceback.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace workbench::scenarios {
namespace {

enum class Owner { user, workbench, library };

// The file of `function at file:line`; empty where it is not known.
std::string_view file_of(std::string_view frame) {
  const std::size_t at = frame.rfind(" at ");
  return at == std::string_view::npos ? std::string_view() : frame.substr(at + 4);
}

Owner owner_of(std::string_view frame) {
  // Pools and actions are what is tried here, even where they lie in the tree.
  constexpr std::array kUsers{"scenarios/subjects/pools/", "scenarios/subjects/workload.h"};
  constexpr std::array kOurs{"core/", "naive/pool.h", "reactor/", "scenarios/"};
  constexpr std::array kLibraries{"std::", "__gnu_cxx::",  "start_thread",
                                  "clone", "__libc_start", "__clone"};
  const auto begins = [](std::string_view text) {
    return [text](const char* start) { return text.starts_with(start); };
  };
  const std::string_view file = file_of(frame);
  if (std::any_of(kUsers.begin(), kUsers.end(), begins(file))) return Owner::user;
  const bool ours = file.empty() ? frame.starts_with("workbench::")
                                 : std::any_of(kOurs.begin(), kOurs.end(), begins(file));
  if (ours) return Owner::workbench;
  const bool library = std::any_of(kLibraries.begin(), kLibraries.end(), begins(frame)) ||
                       file.find("/c++/") != std::string_view::npos ||
                       frame.find(" in /lib/") != std::string_view::npos;
  return library ? Owner::library : Owner::user;
}

}  // namespace

std::vector<std::string> folded(const std::vector<std::string>& frames, Frames which) {
  if (which == Frames::all || frames.empty()) return frames;
  std::vector<std::string> lines{frames.front()};
  for (std::size_t i = 1; i < frames.size();) {
    std::size_t end = i;
    std::size_t ours = 0;
    for (; end < frames.size() && owner_of(frames[end]) != Owner::user; ++end) {
      if (owner_of(frames[end]) == Owner::workbench) ++ours;
    }
    if (ours > 0) {
      lines.push_back(
          fmt::format("  ({} frame{} of the workbench)", end - i, end - i == 1 ? "" : "s"));
      i = end;
      continue;
    }
    // Only libraries: the user has called them, or they have called the user.
    do {
      lines.push_back(frames[i++]);
    } while (i < end);
  }
  return lines;
}

}  // namespace workbench::scenarios
