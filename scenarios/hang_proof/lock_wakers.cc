#include "scenarios/hang_proof/lock_wakers.h"

#include <fcntl.h>
#include <linux/kcmp.h>
#include <linux/magic.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "scenarios/hang_proof/proc.h"

namespace workbench::hang_proof {
namespace {

constexpr std::uint64_t kToTheEnd = std::numeric_limits<std::uint64_t>::max();

/// A lock that somebody holds, or wants.
struct FileLock {
  enum class Owner { open_file, table };  // see the header
  bool of_whole_file = false;             // by flock(2): it knows nothing of the others
  Owner owner = Owner::open_file;
  bool excludes = false;  // everybody; otherwise only those who exclude
  std::uint64_t first = 0;
  std::uint64_t last = kToTheEnd;

  bool in_the_way_of(const FileLock& wish) const {
    const bool overlap = first <= wish.last && wish.first <= last;
    return of_whole_file == wish.of_whole_file && overlap && (excludes || wish.excludes);
  }
};

// As in `lock:	1: POSIX  ADVISORY  WRITE 4711 fe:00:10994327 5 14`. Empty if it is another kind.
std::optional<FileLock> parse(const std::string& line) {
  std::istringstream in(line);
  std::string lock, number, kind, advisory, type, process, inode, first, last;
  if (!(in >> lock >> number >> kind >> advisory >> type >> process >> inode >> first >> last)) {
    return std::nullopt;
  }
  if (lock != "lock:" || (kind != "FLOCK" && kind != "POSIX" && kind != "OFDLCK")) {
    return std::nullopt;
  }
  return FileLock{.of_whole_file = kind == "FLOCK",
                  .owner = kind == "POSIX" ? FileLock::Owner::table : FileLock::Owner::open_file,
                  .excludes = type == "WRITE",
                  .first = std::strtoull(first.c_str(), nullptr, 10),
                  .last = last == "EOF" ? kToTheEnd : std::strtoull(last.c_str(), nullptr, 10)};
}

// The locks that are held by this descriptor.
std::vector<FileLock> locks_of(pid_t thread, int fd) {
  std::vector<FileLock> locks;
  std::istringstream lines(info_of(thread, fd));
  for (std::string line; std::getline(lines, line);) {
    if (const auto lock = parse(line)) locks.push_back(*lock);
  }
  return locks;
}

// Which lock the call waits for. Empty if that cannot be found out.
std::optional<FileLock> wished_by(pid_t thread, const SystemCall& call) {
  if (call.number == SYS_flock) {
    return FileLock{.of_whole_file = true, .excludes = (call.arguments[1] & LOCK_EX) != 0};
  }
  const auto wishes = read_memory<struct flock>(thread, call.arguments[2], 1);
  // A place that is counted from elsewhere than the beginning, or backwards, is not known here.
  if (!wishes) return std::nullopt;
  const struct flock& wish = wishes->front();
  if (wish.l_whence != SEEK_SET || wish.l_start < 0 || wish.l_len < 0) return std::nullopt;
  const auto first = static_cast<std::uint64_t>(wish.l_start);
  const auto size = static_cast<std::uint64_t>(wish.l_len);
  const bool is_of_table = static_cast<int>(call.arguments[1]) == F_SETLKW;
  return FileLock{.owner = is_of_table ? FileLock::Owner::table : FileLock::Owner::open_file,
                  .excludes = wish.l_type == F_WRLCK,
                  .first = first,
                  .last = size == 0 ? kToTheEnd : first + size - 1};
}

std::filesystem::path link_to(pid_t thread, int fd) {
  return directory_of(thread) / "fd" / std::to_string(fd);
}

bool is_same_file(const struct stat& file, pid_t thread, int fd) {
  struct stat other {};
  return stat(link_to(thread, fd).c_str(), &other) == 0 && other.st_dev == file.st_dev &&
         other.st_ino == file.st_ino;
}

// Is a lock of this kernel all that counts? Elsewhere a server grants and takes them.
bool is_of_this_host(pid_t thread, int fd) {
  constexpr std::uint64_t kXfs = 0x58465342;  // linux/magic.h does not have it
  constexpr std::array<std::uint64_t, 7> kKnown{
      EXT4_SUPER_MAGIC,     BTRFS_SUPER_MAGIC, TMPFS_MAGIC, RAMFS_MAGIC, F2FS_SUPER_MAGIC, kXfs,
      OVERLAYFS_SUPER_MAGIC};
  struct statfs system {};
  if (statfs(link_to(thread, fd).c_str(), &system) != 0) return false;
  return std::find(kKnown.begin(), kKnown.end(), static_cast<std::uint64_t>(system.f_type)) !=
         kKnown.end();
}

/// The waiting descriptor, its file, and the lock that it waits for.
struct Waiter {
  pid_t thread = 0;
  int fd = -1;
  struct stat file {};
  FileLock wish{};

  // Nobody is in one's own way. If it cannot be found out, the lock counts as one's own: then
  // another one has to be found that is in the way.
  bool owns(const FileLock& lock, pid_t holder, int by) const {
    if (lock.owner != wish.owner) return false;
    const bool of_table = lock.owner == FileLock::Owner::table;
    return of_table ? syscall(SYS_kcmp, thread, holder, KCMP_FILES, 0, 0) <= 0
                    : syscall(SYS_kcmp, thread, holder, KCMP_FILE, fd, by) <= 0;
  }

  bool waits_for(pid_t holder, int by) const {
    const auto locks = locks_of(holder, by);
    return std::any_of(locks.begin(), locks.end(), [&](const FileLock& lock) {
      return lock.in_the_way_of(wish) && is_same_file(file, holder, by) && !owns(lock, holder, by);
    });
  }
};

}  // namespace

WakerReach reach_of_lock(const Holders& holders, pid_t thread, const SystemCall& call) {
  Waiter waiter{.thread = thread, .fd = static_cast<int>(call.arguments[0])};
  const auto wish = wished_by(thread, call);
  if (!wish || stat(link_to(thread, waiter.fd).c_str(), &waiter.file) != 0) {
    return WakerReach::unknown("which lock it waits for cannot be read");
  }
  waiter.wish = *wish;
  if (!is_of_this_host(thread, waiter.fd)) {
    return WakerReach::unknown("others may know of the locks of its file");
  }
  pid_t outside = 0;
  const bool complete = holders.visit_outside([&](pid_t process, pid_t holder, int fd) {
    if (waiter.waits_for(holder, fd)) outside = process;
  });
  if (outside != 0) {
    return WakerReach::outside("its lock is held by process " + std::to_string(outside));
  }
  if (!complete) return WakerReach::unknown("processes come and go");
  bool found = false;
  for (const auto& [object, inside] : holders.all_inside()) {
    if (!object.starts_with('/') && !object.starts_with("memory ")) continue;
    for (const Holder& holder : inside) {
      found = found || waiter.waits_for(holder.thread, holder.fd);
    }
  }
  if (!found) return WakerReach::unknown("who holds its lock is not seen");
  if (holders.unknown().empty()) return {};
  return WakerReach::unknown("its lock may be held outside: " + holders.unknown());
}

}  // namespace workbench::hang_proof
