#include "scenarios/hang_proof/holders.h"

#include <fcntl.h>
#include <linux/kcmp.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iomanip>
#include <sstream>
#include <string_view>
#include <system_error>

#include "scenarios/hang_proof/proc.h"
#include "scenarios/hang_proof/sockets.h"

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

// The path of this file or fifo is gone, and others may have had the same.
std::string name_without_path(pid_t thread, int fd, const std::string& path) {
  struct stat file {};
  const auto link = directory_of(thread) / "fd" / std::to_string(fd);
  if (stat(link.c_str(), &file) != 0 || file.st_nlink != 0) return path;
  std::ostringstream name;
  name << (S_ISFIFO(file.st_mode) ? "fifo " : "memory ") << std::hex << std::setfill('0')
       << std::setw(2) << major(file.st_dev) << ':' << std::setw(2) << minor(file.st_dev) << ' '
       << std::dec << file.st_ino;
  return name.str();
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

std::string name_of_object(pid_t thread, int fd) {
  std::string object = object_of(thread, fd);
  if (object == "anon_inode:[eventfd]") {
    // All eventfds have the same name, but the kernel gives each a number.
    const std::string id = word_behind(info_of(thread, fd), "eventfd-id:");
    return id.empty() ? object : "eventfd " + id;
  }
  return object.ends_with(" (deleted)") ? name_without_path(thread, fd, object) : object;
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
  const bool is_empty = socket != nullptr && socket->unread == 0 && !socket->is_datagram;
  if (is_empty) return;
  const std::string on_their_way = word_behind(info_of(thread, fd), "scm_fds:");
  if (!on_their_way.empty() && on_their_way != "0") unknown_ = kOnTheirWay;
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
  }
}

}  // namespace workbench::hang_proof
