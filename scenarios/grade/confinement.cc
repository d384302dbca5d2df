#include "scenarios/grade/confinement.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cereal/types/string.hpp>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <system_error>
#include <vector>

#include "core/posix/fork.h"
#include "scenarios/hang_proof/proc.h"
#include "scenarios/process/child_result.h"
#include "scenarios/process/orderly_end.h"

namespace workbench::scenarios {
namespace {

constexpr unsigned kNobody = 65'534;  // the user and the group

template <class What>
void limit(What what, rlim_t most) {
  const rlimit both{.rlim_cur = most, .rlim_max = most};
  setrlimit(what, &both);
}

// Also for those who watch: an answer may write that its result has a billion entries.
void limit_memory() {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // which reserve terabytes
  constexpr rlim_t kBytes = rlim_t{3} << 30;
  limit(RLIMIT_AS, kBytes);
#endif
}

std::string failed(const char* what) { return fmt::format("{}: {}", what, std::strerror(errno)); }

bool put(const char* file, const std::string& text) {
  std::ofstream out(file);
  out << text << std::flush;
  return out.good();
}

// Gives this process, and those that it starts, namespaces of their own. Returns why not.
std::string leave_the_world() {
  const uid_t user = geteuid();
  const gid_t group = getegid();
  int kinds = CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC;
  if (user != 0) kinds |= CLONE_NEWUSER;
  if (unshare(kinds) != 0) return failed("no namespaces");
  if (user == 0) return "";
  const bool mapped = put("/proc/self/setgroups", "deny") &&
                      put("/proc/self/uid_map", fmt::format("0 {} 1", user)) &&
                      put("/proc/self/gid_map", fmt::format("0 {} 1", group));
  return mapped ? "" : "no users in a namespace";
}

// The first process of the namespaces: makes everything read-only but the directory, and mounts a
// /proc that shows no other processes. Returns why not.
std::string close_the_doors(const std::filesystem::path& directory) {
  if (mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return failed("no mounts");
  mount_attr read_only{};
  read_only.attr_set = MOUNT_ATTR_RDONLY;
  if (syscall(SYS_mount_setattr, -1, "/", AT_RECURSIVE, &read_only, sizeof read_only) != 0) {
    return failed("no read-only files");
  }
  if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) != 0) {
    return failed("no /proc of its own");
  }
  if (mount("tmpfs", directory.c_str(), "tmpfs", MS_NOSUID | MS_NODEV, "size=256m,mode=777") != 0) {
    return failed("no directory of its own");
  }
  return "";
}

int status_of(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {  // untimed: it has ended
  }
  return status;
}

// Is the process stopped by a signal? (See proc_pid_stat(5).)
bool is_stopped(pid_t process) {
  std::ifstream in(fmt::format("/proc/{}/stat", process));
  std::string text;
  std::getline(in, text, '\0');
  const std::size_t name = text.rfind(')');  // the state is behind it
  return name != std::string::npos && text.substr(name + 1).starts_with(" T");
}

// Could user nobody read this program, or is it in a directory of root's alone, as a clone in /root
// is? Then the kit, and perhaps the compiler, could not be read either. Requires: this process is
// root, and of no other group.
bool is_out_of_reach() {
  std::error_code unknown;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", unknown);
  if (unknown || setegid(kNobody) != 0 || seteuid(kNobody) != 0) return false;
  const bool reached = eaccess(program.c_str(), R_OK) == 0;
  return seteuid(0) == 0 && setegid(0) == 0 && !reached;
}

bool become_nobody() { return setgid(kNobody) == 0 && setuid(kNobody) == 0; }

// The same, but it may read every file and search every directory, and so may the programs that it
// becomes. Nothing else is left of root: rather than that, it ends.
bool become_nobody_who_reads_all() {
  // Otherwise the kernel would take that from it when it becomes nobody, and again in access(2), by
  // which compilers look for their parts.
  if (prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP) != 0 || !become_nobody()) {
    _exit(EXIT_FAILURE);
  }
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  constexpr unsigned kReads = 1U << CAP_DAC_READ_SEARCH;
  const std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> sets{
      {{.effective = kReads, .permitted = kReads, .inheritable = kReads}, {}}};
  if (syscall(SYS_capset, &header, sets.data()) != 0 ||
      prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_READ_SEARCH, 0, 0) != 0) {
    _exit(EXIT_FAILURE);
  }
  return true;
}

// An answer that belongs to the same user could stop its watchdog, and we would wait for ever. So
// what is stopped goes on. (A filter of system calls would prevent it, but also every proof: who is
// filtered can be woken by the one who filters.)
void wake_the_stopped() {
  for (const pid_t each : hang_proof::processes_of({.root = getpid(), .with_root = false})) {
    if (is_stopped(each)) kill(each, SIGCONT);
  }
}

// Waits for a child. What it does has limits of its own, so this has none. Throws AskedToEnd; then
// the child is killed, and if it is the first of a namespace, all that it has started.
void wait_for(const posix::Fork& fork) {
  constexpr int kGlance = 100;  // ms; for a signal that comes just before `poll`
  pollfd end{.fd = fork.pidfd.get(), .events = POLLIN, .revents = 0};
  try {
    do {
      OrderlyEnd::check();
      wake_the_stopped();
    } while (poll(&end, 1, kGlance) <= 0);
  } catch (const AskedToEnd&) {
    posix::send_signal(fork.pidfd, SIGKILL);
    status_of(fork.pid);
    throw;
  }
  status_of(fork.pid);
}

// No exception may leave a forked process: what is above it on the stack is not its own.
void call(const std::function<void()>& life) noexcept {
  try {
    limit_memory();
    life();
  } catch (...) {  // it has told nothing, and its parent will say so
  }
}

// In the process between: becomes the parent of the first process of the namespaces.
std::string go_inside(const std::filesystem::path& directory, const std::function<void()>& life) {
  if (std::string why = leave_the_world(); !why.empty()) return why;
  const ChildResult<std::string> told;
  posix::Fork first;
  first.pid = fork();  // not fork_process: in its new namespace the child sees no parent
  if (first.pid < 0) return failed("no process in the namespaces");
  if (first.in_child()) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setsid();  // no terminal, into which somebody could type
    const std::string why = close_the_doors(directory);
    told.write(why);
    if (why.empty()) call(life);
    _exit(0);
  }
  first.pidfd = posix::open_pidfd(first.pid);
  wait_for(first);
  return told.read().value_or("it has ended too early");
}

}  // namespace

std::string isolated(const std::filesystem::path& directory, const std::function<void()>& life) {
  const OrderlyEnd orderly_end;
  std::fflush(nullptr);  // otherwise the child would write our buffered output again
  const ChildResult<std::string> told;
  const posix::Fork between = posix::fork_process();
  if (between.in_child()) {
    call([&] { told.write(go_inside(directory, life)); });
    _exit(0);
  }
  wait_for(between);
  std::string why = told.read().value_or("it has ended too early");
  if (why.empty()) return why;
  const posix::Fork plain = posix::fork_process();
  if (plain.in_child()) {
    setsid();
    call(life);
    _exit(0);
  }
  wait_for(plain);
  return why;
}

void confine(int keep, int seconds) {
  constexpr rlim_t kFileBytes = rlim_t{64} << 20;
  constexpr rlim_t kProcesses = 512;  // and threads
  constexpr rlim_t kDescriptors = 512;
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_CPU, static_cast<rlim_t>(seconds));
  limit(RLIMIT_FSIZE, kFileBytes);
  // Of a user who is not alone, all other processes would count, too.
  if (geteuid() == 0) limit(RLIMIT_NPROC, kProcesses);
  limit(RLIMIT_NOFILE, kDescriptors);
  if (DIR* open = opendir("/proc/self/fd")) {
    std::vector<int> all;
    while (const dirent* entry = readdir(open)) all.push_back(std::atoi(entry->d_name));
    closedir(open);
    for (const int fd : all) {
      if (fd > STDERR_FILENO && fd != keep) close(fd);
    }
  }
  if (const int nowhere = ::open("/dev/null", O_RDONLY); nowhere >= 0) {
    dup2(nowhere, STDIN_FILENO);
    if (nowhere > STDERR_FILENO && nowhere != keep) close(nowhere);
  }
  const char* path = std::getenv("PATH");
  const std::string programs = path == nullptr ? "/usr/bin:/bin" : path;
  clearenv();  // what stands there is nobody's business
  setenv("PATH", programs.c_str(), 1);
  setenv("LC_ALL", "C", 1);
  // In a namespace for users there is only one user. But only the real root can become another one.
  if (geteuid() == 0 && setgroups(0, nullptr) == 0 &&
      (is_out_of_reach() ? become_nobody_who_reads_all() : become_nobody())) {
    prctl(PR_SET_DUMPABLE, 1);         // it may read its own stacks
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // which another user does not inherit
  }
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

}  // namespace workbench::scenarios
