#include "scenarios/hang_proof/proc.h"

#include <charconv>
#include <cstddef>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <system_error>

namespace workbench::hang_proof {
namespace {

struct Stat {
  char state = '?';
  pid_t parent = 0;
};

// Reads the two fields after the command's name in the `stat` of a process or a thread. The name
// stands in parentheses and may contain parentheses itself, so look for the last one.
bool read_stat(const std::filesystem::path& directory, Stat& stat) {
  const std::string text = text_of(directory / "stat");
  const std::size_t name_end = text.rfind(") ");
  if (name_end == std::string::npos || name_end + 4 >= text.size()) return false;
  stat.state = text[name_end + 2];
  const char* number = text.data() + name_end + 4;
  return std::from_chars(number, text.data() + text.size(), stat.parent).ec == std::errc{};
}

bool has_ended(const Stat& stat) { return stat.state == 'Z' || stat.state == 'X'; }

// If the first thread of a process has ended, the whole process looks ended, although other threads
// of it may still run. Finds one of these.
std::optional<pid_t> other_living_thread_of(pid_t process) {
  const auto threads = directory_of(process) / "task";
  for (const int thread : numbers_in(threads)) {
    Stat stat;
    if (read_stat(threads / std::to_string(thread), stat) && !has_ended(stat)) return thread;
  }
  return std::nullopt;
}

// Empty if the process is gone, or has ended and is not yet reaped.
std::optional<Stat> stat_of(pid_t process) {
  Stat stat;
  if (!read_stat(directory_of(process), stat)) return std::nullopt;
  if (has_ended(stat) && !other_living_thread_of(process)) return std::nullopt;
  return stat;
}

bool has_ended(pid_t process) { return !stat_of(process); }

std::vector<pid_t> children_of(pid_t process) {
  std::vector<pid_t> children;
  const auto threads = directory_of(process) / "task";
  for (const int thread : numbers_in(threads)) {
    std::istringstream in(text_of(threads / std::to_string(thread) / "children"));
    for (pid_t child = 0; in >> child;) {
      if (!has_ended(child)) children.push_back(child);
    }
  }
  return children;
}

// Walks through the tree from its root. `children(process)` returns the children of one process
// that have not ended.
template <class Children>
std::vector<pid_t> visit(const Tree& tree, Children children) {
  std::vector<pid_t> found{tree.root};
  for (std::size_t i = 0; i < found.size(); ++i) {
    const std::vector<pid_t> next = children(found[i]);
    found.insert(found.end(), next.begin(), next.end());
  }
  if (!tree.with_root || has_ended(tree.root)) found.erase(found.begin());
  return found;
}

}  // namespace

std::filesystem::path directory_of(pid_t process) {
  return std::filesystem::path("/proc") / std::to_string(process);
}

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::ostringstream text;
  text << in.rdbuf();  // gives nothing if the process is gone by now
  return text.str();
}

std::string word_behind(const std::string& text, const std::string& key) {
  const std::size_t at = text.find(key);
  std::string word;
  if (at != std::string::npos) std::istringstream(text.substr(at + key.size())) >> word;
  return word;
}

std::string object_of(pid_t thread, int fd) {
  std::error_code error;
  return std::filesystem::read_symlink(directory_of(thread) / "fd" / std::to_string(fd), error);
}

std::vector<int> numbers_in(const std::filesystem::path& directory) {
  std::vector<int> numbers;
  std::error_code gone;
  std::filesystem::directory_iterator entry(directory, gone);
  for (; !gone && entry != std::filesystem::directory_iterator(); entry.increment(gone)) {
    const std::string name = entry->path().filename();
    int number = 0;
    const auto parsed = std::from_chars(name.data(), name.data() + name.size(), number);
    if (parsed.ec == std::errc{}) numbers.push_back(number);
  }
  return numbers;
}

std::vector<pid_t> all_processes() { return numbers_in("/proc"); }

pid_t living_thread_of(pid_t process) {
  Stat stat;
  if (!read_stat(directory_of(process), stat) || !has_ended(stat)) return process;
  return other_living_thread_of(process).value_or(process);
}

std::vector<pid_t> processes_of(const Tree& tree) {
  std::map<pid_t, std::vector<pid_t>> children;
  for (const pid_t process : all_processes()) {
    if (const auto stat = stat_of(process)) children[stat->parent].push_back(process);
  }
  return visit(tree, [&](pid_t process) { return children[process]; });
}

std::vector<pid_t> processes_of_quickly(const Tree& tree) { return visit(tree, children_of); }

}  // namespace workbench::hang_proof
