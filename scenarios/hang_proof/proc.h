/// @file
/// What the kernel tells about processes (proc(5)): which ones exist, and which one started which.
///
/// All of this is true for a moment only: when a function returns, a process that it names may
/// already be gone.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace workbench::hang_proof {

/// The processes that are watched: all that descend from `root`, with or without `root` itself. A
/// process whose parent has died still counts if `root` is the subreaper (prctl(2)), because it
/// then becomes a child of `root`.
struct Tree {
  pid_t root = 0;
  bool with_root = true;
  /// These programs are known never to hand a descriptor to others over a socket. Otherwise nobody
  /// knows what a process may hold that we cannot look into.
  bool keeps_descriptors = false;
};

/// The processes of the tree that have not ended. If only the first thread of a process has ended,
/// the process still counts. Complete, because it looks at all processes of the system.
std::vector<pid_t> processes_of(const Tree& tree);

/// The same, but it goes from parent to child. Much faster, but while processes start and end it
/// may miss some. So it can show that something is alive, but not that nothing is.
std::vector<pid_t> processes_of_quickly(const Tree& tree);

/// The number of its parent; 0 if it is gone.
pid_t parent_of(pid_t process);

/// Does /proc show the processes that we see? In a container it may be that of another one; then
/// all numbers in it mean something else, and nothing is found in it.
bool is_ours();

/// All processes.
std::vector<pid_t> all_processes();

/// The threads of a tree that have not ended, each with its process.
struct ThreadList {
  std::vector<std::pair<pid_t, pid_t>> threads;
  /// Nothing was listed and gone when it was looked at, each process has as many threads as were
  /// listed, nobody who has ended is traced, and the numbers of new processes did not begin anew
  /// meanwhile. Then whatever lived in the tree from the beginning of the list to its end, or was
  /// started by such a one, is in it (see threads_of in proc.cc).
  bool complete = false;
  /// Those that had ended. One that had not in the list before may have started another since.
  std::set<pid_t> ended{};
};
ThreadList threads_of(const Tree& tree);

/// Has this thread not ended?
bool exists(pid_t process, pid_t thread);

/// A thread of the process that has not ended: the first one (whose number is that of the process)
/// if possible, otherwise another. Ask this before you read /proc, where a thread that has ended
/// shows no memory and no descriptors.
pid_t living_thread_of(pid_t process);

/// The entries of a directory of /proc whose names are numbers: processes, threads, descriptors.
std::vector<int> numbers_in(const std::filesystem::path& directory);

/// The threads of these processes, with those that have ended and are still listed.
std::vector<int> threads_listed_of(const std::vector<pid_t>& processes);

/// /proc/PID.
std::filesystem::path directory_of(pid_t process);

/// The whole text of a file of /proc; empty if it cannot be read.
std::string text_of(const std::filesystem::path& file);

/// The word after `key` at the beginning of a line; empty if no line begins with it. (A thread may
/// call itself `SigCgt:`, so the name in the middle of a line means nothing.)
std::string word_behind(const std::string& text, const std::string& key);

/// Reads this many bytes at an address of another process. False if they cannot be read.
bool read_memory(pid_t thread, std::uint64_t address, void* bytes, std::size_t size);

/// Reads `count` objects there. Empty if they cannot be read.
template <class T>
std::optional<std::vector<T>> read_memory(pid_t thread, std::uint64_t address, std::size_t count) {
  std::vector<T> objects(count);
  const bool read = read_memory(thread, address, objects.data(), count * sizeof(T));
  return read ? std::optional(std::move(objects)) : std::nullopt;
}

/// What this descriptor refers to: `pipe:[4711]`, `socket:[4711]`, `anon_inode:[eventfd]`,
/// `/dev/pts/0`; empty if it cannot be read.
std::string object_of(pid_t thread, int fd);

}  // namespace workbench::hang_proof
