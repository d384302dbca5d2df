// Names, files and lines for the addresses of a stack.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/stack.h"
#include "core/symbols/debug_info.h"

namespace workbench {
namespace {

// How long is the name of an operator that stands here and has a `<` or `>` that begins or ends no
// list of template arguments? 0: none stands here.
std::size_t operator_at(const std::string& name, std::size_t at) {
  constexpr std::array<std::string_view, 13> kLongestFirst{
      "operator<=>", "operator<<=", "operator>>=", "operator->*", "operator->",
      "operator<<",  "operator>>",  "operator<=",  "operator>=",  "operator<",
      "operator>",   "->*",         "->"};
  const bool in_a_word = at > 0 && (std::isalnum(static_cast<unsigned char>(name[at - 1])) != 0 ||
                                    name[at - 1] == '_');
  for (const std::string_view each : kLongestFirst) {
    const bool is_word = each.front() == 'o';
    if (name.compare(at, each.size(), each) == 0 && !(is_word && in_a_word)) return each.size();
  }
  return 0;
}

// The root of the source tree: the path of this file, as the compiler was given it, without the
// part that we know.
std::string_view source_root() {
  constexpr std::string_view kThisFile = "core/symbols/symbols.cc";
  const std::string_view path = __FILE__;
  return path.ends_with(kThisFile) ? path.substr(0, path.size() - kThisFile.size()) : "";
}

// `f() at /home/me/tree/x.cc:7` as `f() at x.cc:7`.
std::string with_relative_path(std::string frame) {
  const std::string before = std::string(" at ") + std::string(source_root());
  const std::size_t at = source_root().empty() ? std::string::npos : frame.rfind(before);
  if (at != std::string::npos) frame.erase(at + 4, source_root().size());
  return frame;
}

}  // namespace

std::string without_long_template_arguments(const std::string& name) {
  constexpr std::size_t kLine = 80;
  std::string shorter;
  std::vector<std::size_t> open;  // where in `shorter` each list begins that is not closed yet
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (const std::size_t size = operator_at(name, i)) {
      shorter.append(name, i, size);
      i += size - 1;
      continue;
    }
    if (name[i] == '>' && !open.empty()) {
      const std::size_t begin = open.back();
      open.pop_back();
      if (shorter.size() - begin > kLine) shorter.replace(begin, std::string::npos, "...");
    }
    shorter += name[i];
    if (name[i] == '<') open.push_back(shorter.size());
  }
  return open.empty() ? shorter : name;
}

std::vector<std::string> resolve(const Stack& stack) {
  static std::mutex mutex;
  static DebugInfo symbols(getpid());
  static std::unordered_map<std::uintptr_t, std::vector<std::string>> known;
  const std::lock_guard lock(mutex);
  // A library may have been loaded since the last time.
  const bool all_known = std::all_of(stack.begin(), stack.end(), [](std::uintptr_t address) {
    return known.contains(address) || symbols.knows(address - 1);
  });
  if (!all_known) symbols.load();
  std::vector<std::string> lines;
  lines.reserve(stack.size());
  for (const std::uintptr_t address : stack) {
    auto frames = known.find(address);
    if (frames == known.end()) {
      // A return address points behind the call, perhaps into the next line or even the next
      // function. One byte before it is still inside the call.
      std::vector<std::string> found = symbols.frames_at(address - 1);
      for (std::string& frame : found) {
        frame = with_relative_path(without_long_template_arguments(frame));
      }
      frames = known.emplace(address, std::move(found)).first;
    }
    lines.insert(lines.end(), frames->second.begin(), frames->second.end());
  }
  return lines;
}

}  // namespace workbench
