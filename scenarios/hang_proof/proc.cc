#include "scenarios/hang_proof/proc.h"

#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <system_error>

#include "core/posix/unique_fd.h"

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

// The number that the last new process or thread was given. The kernel counts upwards, and begins
// anew when it has come to the end.
long last_number() {
  const std::string text = text_of("/proc/loadavg");
  const std::size_t last = text.find_last_of(' ');
  return last == std::string::npos ? 0 : std::atol(text.c_str() + last);
}

// How many processes and threads were ever started on this machine.
long number_ever_started() {
  const std::string started = word_behind(text_of("/proc/stat"), "processes ");
  return std::atol(started.c_str());
}

// Of one that has ended and is traced, its tracer hears first, and its parent only when the tracer
// has let it go. So it may seem that the parent waits for nobody.
bool is_traced(pid_t process, pid_t thread) {
  const std::string status =
      text_of(directory_of(process) / "task" / std::to_string(thread) / "status");
  const std::string tracer = word_behind(status, "TracerPid:");
  return !tracer.empty() && tracer != "0";
}

// The numbers of the children that the kernel knows of, whether or not we may see them.
std::vector<pid_t> numbers_of_children(pid_t process, pid_t thread) {
  std::istringstream in(
      text_of(directory_of(process) / "task" / std::to_string(thread) / "children"));
  return {std::istream_iterator<pid_t>(in), {}};
}

std::vector<pid_t> children_of(pid_t process) {
  std::vector<pid_t> children;
  const std::vector<int> threads = numbers_in(directory_of(process) / "task");
  constexpr std::size_t kMany = 256;  // then it is faster to ask all processes for their parents
  if (threads.size() > kMany) {
    for (const pid_t each : all_processes()) {
      if (parent_of(each) == process && !has_ended(each)) children.push_back(each);
    }
    return children;
  }
  for (const int thread : threads) {
    for (const pid_t child : numbers_of_children(process, thread)) {
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
  // Thousands of these files are read for one proof: the streams of C++ would take twice as long.
  const posix::UniqueFd in(open(file.c_str(), O_RDONLY | O_CLOEXEC));
  std::string text;
  std::array<char, 4096> bytes{};
  ssize_t size = 0;  // gives nothing if the process is gone by now
  while (in && (size = read(in.get(), bytes.data(), bytes.size())) > 0) {
    text.append(bytes.data(), static_cast<std::size_t>(size));
  }
  return text;
}

std::string word_behind(const std::string& text, const std::string& key) {
  std::size_t at = text.starts_with(key) ? 0 : text.find("\n" + key);
  if (at == std::string::npos) return "";
  at += key.size() + (at == 0 && text.starts_with(key) ? 0 : 1);
  const std::size_t begin = text.find_first_not_of(" \t", at);
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_first_of(" \t\n", begin) - begin);
}

bool read_memory(pid_t thread, std::uint64_t address, void* bytes, std::size_t size) {
  // The address is one of the other process; we never use it as a pointer of our own.
  auto* const there = reinterpret_cast<void*>(address);  // NOLINT(performance-no-int-to-ptr)
  const iovec near{.iov_base = bytes, .iov_len = size};
  const iovec far{.iov_base = there, .iov_len = size};
  return process_vm_readv(thread, &near, 1, &far, 1, 0) == static_cast<ssize_t>(size);
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

std::vector<int> threads_listed_of(const std::vector<pid_t>& processes) {
  std::vector<int> all;
  for (const pid_t process : processes) {
    const std::vector<int> threads = numbers_in(directory_of(process) / "task");
    all.insert(all.end(), threads.begin(), threads.end());
  }
  return all;
}

bool is_ours() {
  std::error_code error;
  return std::filesystem::read_symlink("/proc/self", error) == std::to_string(getpid());
}

std::vector<pid_t> all_processes() {
  return is_ours() ? numbers_in("/proc") : std::vector<pid_t>{};
}

pid_t parent_of(pid_t process) {
  Stat stat;
  return read_stat(directory_of(process), stat) ? stat.parent : 0;
}

pid_t living_thread_of(pid_t process) {
  Stat stat;
  if (!read_stat(directory_of(process), stat) || !has_ended(stat)) return process;
  return other_living_thread_of(process).value_or(process);
}

std::vector<pid_t> processes_of(const Tree& tree) {
  if (!is_ours()) return {};
  std::map<pid_t, std::vector<pid_t>> children;
  for (const pid_t process : all_processes()) {
    if (const auto stat = stat_of(process)) children[stat->parent].push_back(process);
  }
  return visit(tree, [&](pid_t process) { return children[process]; });
}

bool exists(pid_t process, pid_t thread) {
  Stat stat;
  return read_stat(directory_of(process) / "task" / std::to_string(thread), stat) &&
         !has_ended(stat);
}

// How many threads the kernel counts in a process, with those that have ended and are not reaped.
std::size_t number_of_threads(pid_t process) {
  const std::string status = text_of(directory_of(process) / "status");
  return static_cast<std::size_t>(std::atol(word_behind(status, "Threads:").c_str()));
}

// Processes: suppose that one which was not in the list has lived when the list was begun, or
// somebody like it, for it may start another one and end, again and again. New numbers are larger
// than old ones, so these numbers grow; the list goes through all numbers from below; so it meets
// one of them. That one is in the list, or was gone when it was looked at.
//
// The threads of a process are listed in another way: the kernel goes from one to the next, and if
// one of them ends at that moment, the list just ends there (proc_task_readdir in its sources). So
// they are counted, too.
ThreadList threads_of(const Tree& tree) {
  std::error_code error;
  ThreadList list{.threads = {}, .complete = true, .ended = {}};
  const long last_before = last_number();
  const long started_before = number_ever_started();
  std::map<pid_t, std::vector<pid_t>> children;
  for (const pid_t process : all_processes()) {
    if (const auto stat = stat_of(process)) {
      children[stat->parent].push_back(process);
      continue;
    }
    list.ended.insert(process);
    if (!std::filesystem::exists(directory_of(process), error) || is_traced(process, process)) {
      list.complete = false;
    }
  }
  const auto processes = visit(tree, [&](pid_t process) { return children[process]; });
  const std::set<pid_t> seen(processes.begin(), processes.end());
  auto parents = processes;
  if (!seen.contains(tree.root)) parents.push_back(tree.root);
  for (const pid_t process : parents) {
    const auto threads = directory_of(process) / "task";
    const std::vector<int> numbers = numbers_in(threads);
    for (const int thread : numbers) {
      Stat stat;
      if (!read_stat(threads / std::to_string(thread), stat)) {
        list.complete = false;
        continue;
      }
      if (has_ended(stat)) {
        list.ended.insert(thread);
        // It still counts, and when it is gone, another one may count in its place. Only the first
        // one stays as long as the process lives.
        if (thread != process || is_traced(process, thread)) list.complete = false;
        continue;
      }
      if (seen.contains(process)) list.threads.emplace_back(process, thread);
      for (const pid_t child : numbers_of_children(process, thread)) {
        if (seen.contains(child)) continue;
        if (has_ended(child) && std::filesystem::exists(directory_of(child), error)) continue;
        list.complete = false;  // it came meanwhile, or is hidden from us
      }
    }
    if (numbers.size() != number_of_threads(process)) list.complete = false;
  }
  constexpr long kOftenEnoughToBeginAnew = 300;  // the least that there may be numbers
  const bool grows = last_number() >= last_before &&
                     number_ever_started() - started_before < kOftenEnoughToBeginAnew;
  list.complete = list.complete && grows;
  return list;
}

std::vector<pid_t> processes_of_quickly(const Tree& tree) {
  return is_ours() ? visit(tree, children_of) : std::vector<pid_t>{};
}

}  // namespace workbench::hang_proof
