#include "scenarios/proc.h"

#include <charconv>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <system_error>

namespace workbench::scenarios {
namespace {

struct Stat {
  char state = '?';
  pid_t parent = 0;
};

// The two fields after the command's name in /proc/PID/stat. The name is in parentheses and may
// hold anything, parentheses too.
bool read_stat(const std::filesystem::path& directory, Stat& stat) {
  std::ifstream in(directory / "stat");
  std::ostringstream read;
  read << in.rdbuf();  // fails quietly where the process is gone by now
  const std::string text = read.str();
  const std::size_t name_end = text.rfind(") ");
  if (name_end == std::string::npos || name_end + 4 >= text.size()) return false;
  stat.state = text[name_end + 2];
  const char* number = text.data() + name_end + 4;
  return std::from_chars(number, text.data() + text.size(), stat.parent).ec == std::errc{};
}

}  // namespace

std::vector<pid_t> descendants(pid_t root) {
  std::multimap<pid_t, pid_t> children;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    pid_t pid = 0;
    Stat stat;
    if (std::from_chars(name.data(), name.data() + name.size(), pid).ec != std::errc{}) continue;
    if (read_stat(entry.path(), stat) && stat.state != 'Z') children.emplace(stat.parent, pid);
  }
  std::vector<pid_t> found;
  std::vector<pid_t> to_visit{root};
  while (!to_visit.empty()) {
    const auto [begin, end] = children.equal_range(to_visit.back());
    to_visit.pop_back();
    for (auto child = begin; child != end; ++child) {
      found.push_back(child->second);
      to_visit.push_back(child->second);
    }
  }
  return found;
}

}  // namespace workbench::scenarios
