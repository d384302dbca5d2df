#include "scenarios/report/traceback.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <string_view>

namespace workbench::scenarios {
namespace {

enum class Owner { user, workbench, library };

// The file in `function at file:line`; empty if it is not known.
std::string_view file_of(std::string_view frame) {
  const std::size_t at = frame.rfind(" at ");
  return at == std::string_view::npos ? std::string_view() : frame.substr(at + 4);
}

// The function's own name, without the type of what it returns: the demangler puts that before the
// names of templates, as in `void std::__invoke_impl<...>(...)`.
std::string_view name_in(std::string_view frame) {
  std::size_t start = 0;
  int depth = 0;  // of template arguments
  for (std::size_t i = 0; i < frame.size(); ++i) {
    const std::string_view rest = frame.substr(i);
    for (const std::string_view whole : {"(anonymous namespace)", "decltype(auto)", "operator()"}) {
      if (rest.starts_with(whole)) i += whole.size() - 1;
    }
    if (frame[i] == '<') ++depth;
    if (frame[i] == '>') --depth;
    if (depth == 0 && frame[i] == ' ') start = i + 1;
    if (depth == 0 && rest.front() == '(' && frame[i] == '(') break;
  }
  return frame.substr(start);
}

bool begins_with_any(std::string_view text, std::initializer_list<const char*> starts) {
  return std::any_of(starts.begin(), starts.end(),
                     [text](const char* start) { return text.starts_with(start); });
}

Owner owner_of(std::string_view frame) {
  const std::string_view file = file_of(frame);
  // Pools and actions count as the code of the user, even if they are part of this source tree:
  // they are what is tested.
  if (begins_with_any(file, {"scenarios/subjects/pools/", "scenarios/subjects/workload.h"})) {
    return Owner::user;
  }
  if (begins_with_any(file, {"core/", "naive/pool.h", "reactor/", "scenarios/"})) {
    return Owner::workbench;
  }
  // If the file is not known, judge by the name of the function. It may be a name that the
  // demangler could not read.
  const std::string_view name = name_in(frame);
  const bool mangled = name.starts_with("_Z");
  const bool ours = name.starts_with("workbench::") ||
                    (mangled && name.find("N9workbench") != std::string_view::npos);
  if (file.empty() && ours) return Owner::workbench;
  const bool library =
      begins_with_any(name, {"std::", "__gnu_cxx::", "_ZSt", "_ZNSt", "start_thread", "clone",
                             "__clone", "__libc_start"}) ||
      file.find("/c++/") != std::string_view::npos ||
      frame.find(" in /lib/") != std::string_view::npos;
  return library ? Owner::library : Owner::user;
}

}  // namespace

std::vector<std::string> folded(const std::vector<std::string>& frames, Frames which) {
  if (which == Frames::all || frames.empty()) return frames;
  std::vector<std::string> lines{frames.front()};
  for (std::size_t i = 1; i < frames.size();) {
    // From i to end: the frames up to the next one of the user.
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
    // Either the next frame is the user's, or there are only libraries before it. Those say
    // something: the user has called them, or they have called the user.
    do {
      lines.push_back(frames[i++]);
    } while (i < end);
  }
  return lines;
}

}  // namespace workbench::scenarios
