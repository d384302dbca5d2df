#include "scenarios/hang_proof/system_call.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <sstream>
#include <string_view>

namespace workbench::hang_proof {
namespace {

// How to tell whether a call has a limit of time.
enum class Limit {
  always,         // it ends by itself, even if that may take long (a sleep)
  never,          // an untimed wait
  unless_null,    // there is one unless the argument is a null pointer
  unless_minus,   // there is one unless the argument, an int, is negative
  if_no_hanging,  // it does not wait at all if the argument has WNOHANG
  futex,          // depends on the operation
};

struct CallKind {
  long number;
  std::string_view name;
  WaitsFor waits_for;
  Limit limit;
  std::size_t argument = 0;
};

// The calls in which threads are usually found. The last column is the argument that says whether
// there is a limit.
constexpr std::array kCallKinds{
    CallKind{SYS_futex, "futex", WaitsFor::futex, Limit::futex, 3},
    CallKind{SYS_read, "read", WaitsFor::descriptor, Limit::never},
    CallKind{SYS_readv, "readv", WaitsFor::descriptor, Limit::never},
    CallKind{SYS_write, "write", WaitsFor::descriptor, Limit::never},
    CallKind{SYS_writev, "writev", WaitsFor::descriptor, Limit::never},
    CallKind{SYS_recvfrom, "recvfrom", WaitsFor::descriptor, Limit::never},
    CallKind{SYS_recvmsg, "recvmsg", WaitsFor::descriptor, Limit::never},
    CallKind{SYS_sendto, "sendto", WaitsFor::descriptor, Limit::never},
    CallKind{SYS_sendmsg, "sendmsg", WaitsFor::descriptor, Limit::never},
    CallKind{SYS_accept, "accept", WaitsFor::descriptor, Limit::never},
    CallKind{SYS_accept4, "accept4", WaitsFor::descriptor, Limit::never},
    CallKind{SYS_futex_waitv, "futex_waitv", WaitsFor::futexes, Limit::unless_null, 3},
    CallKind{SYS_splice, "splice", WaitsFor::two_descriptors, Limit::never},
    CallKind{SYS_tee, "tee", WaitsFor::two_descriptors, Limit::never},
    CallKind{SYS_sendfile, "sendfile", WaitsFor::two_descriptors, Limit::never},
    CallKind{SYS_ppoll, "ppoll", WaitsFor::poll, Limit::unless_null, 2},
    CallKind{SYS_pselect6, "pselect6", WaitsFor::select, Limit::unless_null, 4},
    CallKind{SYS_epoll_pwait, "epoll_pwait", WaitsFor::epoll, Limit::unless_minus, 3},
    CallKind{SYS_epoll_pwait2, "epoll_pwait2", WaitsFor::epoll, Limit::unless_null, 3},
    CallKind{SYS_wait4, "wait4", WaitsFor::child, Limit::if_no_hanging, 2},
    CallKind{SYS_waitid, "waitid", WaitsFor::child, Limit::if_no_hanging, 3},
#ifdef SYS_poll  // the older calls, which newer architectures have dropped
    CallKind{SYS_poll, "poll", WaitsFor::poll, Limit::unless_minus, 2},
    CallKind{SYS_select, "select", WaitsFor::select, Limit::unless_null, 4},
    CallKind{SYS_epoll_wait, "epoll_wait", WaitsFor::epoll, Limit::unless_minus, 3},
    CallKind{SYS_pause, "pause", WaitsFor::signal, Limit::never},
    CallKind{SYS_open, "open", WaitsFor::the_outside, Limit::never},
#endif
    CallKind{SYS_openat, "openat", WaitsFor::the_outside, Limit::never},
    CallKind{SYS_connect, "connect", WaitsFor::the_outside, Limit::never},
    CallKind{SYS_flock, "flock", WaitsFor::lock, Limit::never},
    CallKind{SYS_fcntl, "fcntl", WaitsFor::lock, Limit::never},
    CallKind{SYS_rt_sigsuspend, "rt_sigsuspend", WaitsFor::signal, Limit::never},
    CallKind{SYS_rt_sigtimedwait, "rt_sigtimedwait", WaitsFor::the_outside, Limit::unless_null, 2},
    CallKind{SYS_semop, "semop", WaitsFor::the_outside, Limit::never},
    CallKind{SYS_semtimedop, "semtimedop", WaitsFor::the_outside, Limit::unless_null, 3},
    CallKind{SYS_msgrcv, "msgrcv", WaitsFor::the_outside, Limit::never},
    CallKind{SYS_msgsnd, "msgsnd", WaitsFor::the_outside, Limit::never},
    CallKind{SYS_mq_timedreceive, "mq_timedreceive", WaitsFor::the_outside, Limit::unless_null, 4},
    CallKind{SYS_mq_timedsend, "mq_timedsend", WaitsFor::the_outside, Limit::unless_null, 4},
    CallKind{SYS_nanosleep, "nanosleep", WaitsFor::nothing, Limit::always},
    CallKind{SYS_clock_nanosleep, "clock_nanosleep", WaitsFor::nothing, Limit::always},
    CallKind{SYS_restart_syscall, "restart_syscall", WaitsFor::nothing, Limit::always},
    CallKind{SYS_sched_yield, "sched_yield", WaitsFor::nothing, Limit::always},
    CallKind{SYS_exit_group, "exit_group", WaitsFor::nothing, Limit::always},
    CallKind{SYS_execve, "execve", WaitsFor::nothing, Limit::always},
    CallKind{SYS_fsync, "fsync", WaitsFor::nothing, Limit::always},
};

const CallKind* find_kind(long number) {
  const auto* found = std::find_if(kCallKinds.begin(), kCallKinds.end(),
                                   [&](const CallKind& kind) { return kind.number == number; });
  return found == kCallKinds.end() ? nullptr : found;
}

// Does a futex call wait without a limit? In each operation that waits, the fourth argument points
// to the limit, and null means none.
bool waits_untimed_for_futex(const SystemCall& call) {
  switch (call.arguments[1] & static_cast<std::uint64_t>(FUTEX_CMD_MASK)) {
    case FUTEX_WAIT:
    case FUTEX_WAIT_BITSET:
    case FUTEX_LOCK_PI:
      return call.arguments[3] == 0;
    default:
      return false;
  }
}

// Of all that fcntl(2) can do, only two wait for a lock.
bool is_other_fcntl(const SystemCall& call) {
  const auto command = static_cast<int>(call.arguments[1]);
  return call.number == SYS_fcntl && command != F_SETLKW && command != F_OFD_SETLKW;
}

bool has_limit(const CallKind& kind, const SystemCall& call) {
  const std::uint64_t argument = call.arguments.at(kind.argument);
  switch (kind.limit) {
    case Limit::always:
      return true;
    case Limit::never:
      return false;
    case Limit::unless_null:
      return argument != 0;
    case Limit::unless_minus:
      return static_cast<int>(argument) >= 0;
    case Limit::if_no_hanging:
      return (argument & WNOHANG) != 0;
    case Limit::futex:
      return !waits_untimed_for_futex(call);
  }
  return true;
}

}  // namespace

std::string SystemCall::name() const {
  const CallKind* kind = find_kind(number);
  return kind != nullptr ? std::string(kind->name) : "system call " + std::to_string(number);
}

bool SystemCall::sends() const {
  return number == SYS_write || number == SYS_writev || number == SYS_sendto ||
         number == SYS_sendmsg;
}

WaitsFor SystemCall::kind() const {
  const CallKind* kind = find_kind(number);
  return kind == nullptr || is_other_fcntl(*this) ? WaitsFor::the_outside : kind->waits_for;
}

WaitsFor SystemCall::waits_for() const {
  const CallKind* kind = find_kind(number);
  // A call that is not in the table may wait for anything, so assume that anybody may end it.
  if (kind == nullptr || is_other_fcntl(*this)) return WaitsFor::the_outside;
  return has_limit(*kind, *this) ? WaitsFor::nothing : kind->waits_for;
}

std::optional<SystemCall> parse_system_call(const std::string& line) {
  std::istringstream in(line);
  SystemCall call;
  // Instead of a number there may be `running`, or `-1`: the thread is blocked, but in no call.
  if (!(in >> call.number) || call.number < 0) return std::nullopt;
  for (std::uint64_t& argument : call.arguments) {
    std::string word;
    if (!(in >> word)) return std::nullopt;
    argument = std::strtoull(word.c_str(), nullptr, 16);
  }
  return call;
}

}  // namespace workbench::hang_proof
