#include "scenarios/hang_proof/holders.h"

#include <fcntl.h>
#include <linux/kcmp.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iomanip>
#include <sstream>
#include <string_view>
#include <system_error>

#include "core/posix/unique_fd.h"
#include "scenarios/hang_proof/proc.h"
#include "scenarios/hang_proof/sockets.h"
#include "scenarios/hang_proof/system_call.h"

extern "C" {  // glibc 2.36 does not declare it so itself
#include <sys/pidfd.h>
}

namespace workbench::hang_proof {
namespace {

namespace fs = std::filesystem;

// Processes that come while the others are looked at are looked at as well: so often.
constexpr int kRounds = 100;

constexpr const char* kOnTheirWay = "descriptors are on their way from one process to another";

// A thread of the kernel belongs to no program. It has no memory, and so no map of it; and its
// parent is the process 2, or nobody.
bool is_of_the_kernel(pid_t process) {
  constexpr unsigned long kKernelThread = 0x00200000;  // PF_KTHREAD
  const std::string text = text_of(directory_of(process) / "stat");
  const std::size_t name_end = text.rfind(") ");
  if (name_end == std::string::npos) return false;
  std::istringstream in(text.substr(name_end + 2));
  std::string word;
  for (int field = 3; field <= 9; ++field) in >> word;  // `flags` is the ninth of all
  return (std::strtoul(word.c_str(), nullptr, 10) & kKernelThread) != 0;
}

// The threads of a process that have descriptors of their own: nearly always one (see unshare(2)).
// Empty if that cannot be found out.
std::optional<std::vector<pid_t>> threads_with_descriptors(pid_t process) {
  std::vector<pid_t> threads{living_thread_of(process)};
  for (const int thread : numbers_in(directory_of(process) / "task")) {
    if (thread == threads.front()) continue;
    const long order = syscall(SYS_kcmp, threads.front(), thread, KCMP_FILES, 0, 0);
    if (order == 0) continue;
    if (order > 0) threads.push_back(thread);
    if (order < 0 && exists(process, thread)) return std::nullopt;
  }
  return threads;
}

bool is_in_the_middle_of_a_transfer(pid_t process, pid_t thread) {
  constexpr std::array kTransfers{SYS_splice,          SYS_tee,     SYS_sendfile,
                                  SYS_copy_file_range, SYS_sendmsg, SYS_sendmmsg};
  const auto call = parse_system_call(
      text_of(directory_of(process) / "task" / std::to_string(thread) / "syscall"));
  return call && std::find(kTransfers.begin(), kTransfers.end(), call->number) != kTransfers.end();
}

bool is_initial_namespace() {
  constexpr const char* kInitial = "pid:[4026531836]";  // PROC_PID_INIT_INO
  std::error_code error;
  return fs::read_symlink("/proc/self/ns/pid", error) == kInitial;
}

}  // namespace

void WakerReach::add(WakerReach other) {
  const bool is_worse = kind != Kind::outside && !other.inside();
  if (is_worse) *this = std::move(other);
}

std::vector<Mapping> mappings_of(pid_t thread) {
  std::vector<Mapping> mappings;
  std::istringstream lines(text_of(directory_of(thread) / "maps"));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream in(line);
    Mapping mapping;
    char dash = 0;
    in >> std::hex >> mapping.begin >> dash >> mapping.end >> mapping.permissions >>
        mapping.offset >> mapping.device >> mapping.inode >> std::ws;
    std::getline(in, mapping.path);
    mappings.push_back(std::move(mapping));
  }
  return mappings;
}

std::string info_of(pid_t thread, int fd) {
  return text_of(directory_of(thread) / "fdinfo" / std::to_string(fd));
}

std::string name_without_path(const struct stat& file) {
  std::ostringstream name;
  name << (S_ISFIFO(file.st_mode) ? "fifo " : "memory ") << std::hex << std::setfill('0')
       << std::setw(2) << major(file.st_dev) << ':' << std::setw(2) << minor(file.st_dev) << ' '
       << std::dec << file.st_ino;
  return name.str();
}

std::string name_of_object(pid_t thread, int fd) {
  std::string object = object_of(thread, fd);
  if (object == "anon_inode:[eventfd]") {
    // All eventfds have the same name, but the kernel gives each a number.
    const std::string id = word_behind(info_of(thread, fd), "eventfd-id:");
    return id.empty() ? object : "eventfd " + id;
  }
  if (!object.ends_with(" (deleted)")) return object;
  struct stat file {};  // others may have had the same path
  const auto link = directory_of(thread) / "fd" / std::to_string(fd);
  const bool is_gone = stat(link.c_str(), &file) == 0 && file.st_nlink == 0;
  return is_gone ? name_without_path(file) : object;
}

std::optional<pid_t> owner_of_signals(pid_t process, int fd) {
  const posix::UniqueFd holder(pidfd_open(process, 0));
  const posix::UniqueFd ours(holder ? pidfd_getfd(holder.get(), fd, 0) : -1);
  f_owner_ex owner{};
  if (!ours || fcntl(ours.get(), F_GETOWN_EX, &owner) != 0) return std::nullopt;
  return owner.type == F_OWNER_PGRP ? -owner.pid : owner.pid;
}

Holder holder_of(pid_t thread, int fd) {
  const std::string flags = word_behind(info_of(thread, fd), "flags:");
  const auto bits = std::strtoul(flags.c_str(), nullptr, 8);
  return {.thread = thread,
          .fd = fd,
          .reads = (bits & O_ACCMODE) != O_WRONLY,
          .writes = (bits & O_ACCMODE) != O_RDONLY,
          .signals = (bits & O_ASYNC) != 0};
}

Holders::Holders(const std::vector<pid_t>& inside, bool keep_descriptors)
    : inside_(inside.begin(), inside.end()), keep_descriptors_(keep_descriptors) {}

const std::map<std::string, std::vector<Holder>>& Holders::all_inside() const {
  if (!held_inside_) look_inside();
  return *held_inside_;
}

const std::vector<Holder>& Holders::inside(const std::string& object) const {
  static const std::vector<Holder> none;
  const auto found = all_inside().find(object);
  return found == all_inside().end() ? none : found->second;
}

void Holders::look_inside() const {
  held_inside_.emplace();
  for (const pid_t process : inside_) {
    const auto threads = threads_with_descriptors(process);
    for (const pid_t thread : threads.value_or(std::vector{living_thread_of(process)})) {
      for (const int fd : numbers_in(directory_of(thread) / "fd")) {
        const std::string object = name_of_object(thread, fd);
        note_descriptors_in(object, thread, fd);
        Holder holder = holder_of(thread, fd);
        holder.process = process;
        (*held_inside_)[object].push_back(holder);
      }
    }
  }
}

bool Holders::open_outside(const std::string& object) const {
  look_outside();
  return open_.contains(object);
}

const std::vector<Holder>& Holders::without_name_outside(const std::string& kind) const {
  look_outside();
  return without_name_[kind];
}

bool Holders::mapped_outside(const std::string& object) const {
  look_outside();
  return mapped_.contains(object);
}

const std::string& Holders::unknown() const {
  look_outside();
  return unknown_;
}

WakerReach Holders::made_inside(const std::string& what, const std::string& object) const {
  if (open_outside(object)) {
    return WakerReach::outside(what + " that it waits for is held outside, too");
  }
  if (unknown().empty()) return {};
  return WakerReach::unknown(what + " that it waits for may be held outside: " + unknown());
}

WakerReach Holders::eventfd(const std::string& object) const {
  WakerReach reach = made_inside("an eventfd", object);
  const std::string why = "the kernel may signal its eventfd for somebody outside";
  if (reach.inside() && signals_eventfds_) return WakerReach::unknown(why);
  return reach;
}

// What was bound to another place stays there when its path is gone (mount(8)).
WakerReach Holders::without_path() const {
  if (without_path_) return *without_path_;
  std::set<std::string> seen;
  without_path_.emplace();
  for (const pid_t process : all_processes()) {
    std::error_code error;
    const auto world = fs::read_symlink(directory_of(process) / "ns" / "mnt", error);
    if (!error && !seen.insert(world).second) continue;
    if (text_of(directory_of(process) / "mountinfo").find("//deleted") == std::string::npos)
      continue;
    without_path_ = WakerReach::unknown("its path is gone, but it may be mounted elsewhere");
  }
  return *without_path_;
}

WakerReach Holders::memory_of(pid_t process) const {
  const auto known = memory_.find(process);
  if (known != memory_.end()) return known->second;
  WakerReach reach;
  const pid_t thread = living_thread_of(process);
  const bool complete = each_outside([&](pid_t other) {
    const pid_t thread_there = living_thread_of(other);
    const long order = syscall(SYS_kcmp, thread, thread_there, KCMP_VM, 0, 0);
    // We may look into this process. One of another user has other memory: it began with execve(2).
    const bool is_of_another_user = order < 0 && errno == EPERM;
    if (order == 0) {
      reach.add(WakerReach::outside("it shares its memory with process " + std::to_string(other)));
    } else if (order < 0 && !is_of_another_user && exists(other, thread_there)) {
      reach.add(WakerReach::unknown("who shares its memory cannot be read"));
    }
  });
  if (!complete) reach.add(WakerReach::unknown("processes come and go"));
  return memory_[process] = reach;
}

WakerReach Holders::signals_from_outside() const {
  look_outside();
  return signals_;
}

// Looks at all processes outside; then at those that have come meanwhile, until there are none. So
// something that is handed on from one short-lived process to the next is found, too. Returns false
// if they do not come to an end.
template <class Look>
bool Holders::each_outside(Look look_at_one) const {
  std::set<pid_t> seen;
  bool are_new = true;
  for (int round = 0; are_new && round < kRounds; ++round) {
    are_new = false;
    for (const pid_t process : all_processes()) {
      if (inside_.contains(process) || !seen.insert(process).second) continue;
      look_at_one(process);
      are_new = true;
    }
  }
  return !are_new;
}

bool Holders::visit_outside(
    const std::function<void(pid_t process, pid_t thread, int fd)>& visit) const {
  return each_outside([&](pid_t process) {
    const auto threads = threads_with_descriptors(process);
    for (const pid_t thread : threads.value_or(std::vector{living_thread_of(process)})) {
      for (const int fd : numbers_in(directory_of(thread) / "fd")) visit(process, thread, fd);
    }
  });
}

void Holders::look_outside() const {
  if (looked_outside_) return;
  looked_outside_ = true;
  const bool complete = each_outside([&](pid_t process) { look_at(process); });
  if (!complete) unknown_ = "processes come and go";
  if (!is_initial_namespace()) unseen_ = "there are processes outside of this container";
  if (!fs::exists("/proc/1")) unseen_ = "processes of other users are hidden (hidepid)";
  if (sockets_.has_unaccepted_messages()) unknown_ = kOnTheirWay;
  all_inside();  // a descriptor may be on its way through one of its sockets
  if (unknown_.empty() && !unseen_.empty()) unknown_ = way_out();
  if (keep_descriptors_) unknown_.clear();
}

// A local socket that somebody holds whom we cannot look into, and that one of the others is
// connected to, or could have connected to.
std::string Holders::way_out() const {
  const auto is_seen = [&](Inode inode) {
    const std::string name = "socket:[" + std::to_string(inode) + "]";
    return open_.contains(name) || !inside(name).empty();
  };
  for (const auto& [inode, socket] : sockets_.all()) {
    if (socket.family != Socket::Family::local) continue;
    const bool is_out = !is_seen(inode) && (socket.has_name || is_seen(socket.peer));
    const bool leads_out = is_seen(inode) && socket.peer != 0 && !is_seen(socket.peer);
    if (is_out || leads_out) return unseen_;
  }
  return "";
}

// Notes a descriptor that a message carries which nobody has read yet.
void Holders::note_descriptors_in(const std::string& object, pid_t thread, int fd) const {
  if (!object.starts_with("socket:")) return;
  const Socket* socket = sockets_.find(inode_in(object));
  const bool is_empty = socket != nullptr && socket->unread == 0 && socket->is_stream;
  if (is_empty) return;
  const std::string on_their_way = word_behind(info_of(thread, fd), "scm_fds:");
  if (!on_their_way.empty() && on_their_way != "0") unknown_ = kOnTheirWay;
}

// Files that a ring of io_uring has, without a descriptor: `    0: pipe:[4711]`, one a line.
void Holders::note_files_of_ring(const std::string& info) const {
  const std::size_t begin = info.find("UserFiles:");
  if (begin == std::string::npos) {
    unknown_ = "what a ring of io_uring holds cannot be read";
    return;
  }
  std::istringstream lines(info.substr(begin, info.find("UserBufs:") - begin));
  for (std::string line; std::getline(lines, line);) {
    const std::size_t colon = line.find(": ");
    if (colon == std::string::npos) continue;
    const std::string object = line.substr(colon + 2);
    open_.insert(object);
    if (object == "anon_inode:[eventfd]") signals_eventfds_ = true;
    if (object.starts_with("anon_inode:") || object.ends_with(" (deleted)")) {
      unknown_ = "a ring of io_uring holds something without a name";
    }
  }
}

// Does it send signals (O_ASYNC) to a process inside, or a group of processes?
void Holders::note_signals_of(const std::string& info, const std::string& object, pid_t process,
                              int fd) const {
  const auto flags = std::strtoul(word_behind(info, "flags:").c_str(), nullptr, 8);
  if ((flags & O_ASYNC) == 0) return;
  const auto owner = owner_of_signals(process, fd);
  if (!owner) {
    signals_.add(WakerReach::unknown("who gets the signals of a descriptor cannot be read"));
    return;
  }
  const bool is_inside = std::any_of(inside_.begin(), inside_.end(), [&](pid_t each) {
    std::error_code error;
    const auto thread = directory_of(each) / "task" / std::to_string(*owner);
    return *owner < 0 ? getpgid(each) == -*owner : *owner > 0 && fs::exists(thread, error);
  });
  if (is_inside) {
    signals_.add(WakerReach::outside("it gets a signal when something happens to " + object));
  }
}

void Holders::look_at(pid_t process) const {
  if (is_of_the_kernel(process)) return;
  std::error_code error;
  bool may_look = true;
  const auto threads = threads_with_descriptors(process);
  for (const pid_t thread : threads.value_or(std::vector{living_thread_of(process)})) {
    const fs::directory_iterator may_read(directory_of(thread) / "fd", error);
    if (error) break;
    for (const int fd : numbers_in(directory_of(thread) / "fd")) {
      const std::string object = name_of_object(thread, fd);
      may_look = may_look && (!object.empty() || !exists(process, thread));
      note_descriptors_in(object, thread, fd);
      open_.insert(object);
      if (object == "anon_inode:[io_uring]") note_files_of_ring(info_of(thread, fd));
      if (object.starts_with("socket:") || object.starts_with("pipe:") ||
          object.starts_with("/dev/")) {
        note_signals_of(info_of(thread, fd), object, process, fd);
      }
      if (object == "anon_inode:[timerfd]" || object == "anon_inode:[eventpoll]") {
        without_name_[object].push_back({.process = process, .thread = thread, .fd = fd});
      }
    }
  }
  may_look = may_look && !error && threads;
  if (!may_look && exists(process, living_thread_of(process))) {
    unseen_ = "what process " + std::to_string(process) + " holds cannot be read";
  }
  for (const Mapping& mapping : mappings_of(living_thread_of(process))) {
    if (mapping.shared()) mapped_.insert(mapping.object());
    if (mapping.path.starts_with("/[aio]")) signals_eventfds_ = true;  // see io_submit(2)
  }
  // A call holds what it has begun with, even if another thread has closed the descriptor since.
  // Asked after the descriptors: what was open until then has been seen.
  for (const int thread : numbers_in(directory_of(process) / "task")) {
    if (!is_in_the_middle_of_a_transfer(process, thread)) continue;
    unknown_ = "process " + std::to_string(process) + " may hold what it is about to hand on";
  }
}

}  // namespace workbench::hang_proof
