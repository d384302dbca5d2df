/// @file
/// What the kernel tells of processes (proc(5)): who is there, and who descends from whom.
///
/// Everything here is a look at a moving thing: a process may be gone when the function returns.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace workbench::hang_proof {

/// The processes that are watched: what descends from `root`, with `root` itself or without it.
/// Orphans count if `root` is their subreaper.
struct Tree {
  pid_t root = 0;
  bool with_root = true;
};

/// The processes of the tree that have not ended, not even when their first thread has, found by a
/// look at all processes: complete.
std::vector<pid_t> processes_of(const Tree& tree);

/// The same, found from parent to child. Much faster, but while processes come and go it may miss
/// some: good enough to see that something is alive, not to say that nothing is.
std::vector<pid_t> processes_of_quickly(const Tree& tree);

/// Every process that is there.
std::vector<pid_t> all_processes();

/// A thread of the process that has not ended: its first one, which has the same number, wherever
/// that is possible. The entry in /proc of an ended thread shows no memory and no descriptors.
pid_t living_thread_of(pid_t process);

/// The numbers that name entries of a directory of /proc: processes, threads, descriptors.
std::vector<int> numbers_in(const std::filesystem::path& directory);

/// /proc/PID.
std::filesystem::path directory_of(pid_t process);

/// The whole text of a file of /proc; empty where it cannot be read.
std::string text_of(const std::filesystem::path& file);

/// The word behind `key` in a text that has one `key value` a line; empty where there is none.
std::string word_behind(const std::string& text, const std::string& key);

/// `pipe:[4711]`, `socket:[4711]`, `anon_inode:[eventfd]`, `/dev/pts/0`; empty if unreadable.
std::string object_of(pid_t thread, int fd);

}  // namespace workbench::hang_proof
