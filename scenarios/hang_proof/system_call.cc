#include "scenarios/hang_proof/system_call.h"

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
  always,         // it naps, or may take long but ends
  never,          // an untimed wait
  unless_null,    // there is one unless the argument is a null pointer
  unless_minus,   // there is one unless the argument, an int, is negative
  if_no_hanging,  // it does not wait at all if the argument has WNOHANG
  futex,          // depends on the operation
};

struct Kind {
  long number;
  std::string_view name;
  WaitsFor waits_for;
  Limit limit;
  std::size_t argument = 0;
};

constexpr std::array kKinds{
    Kind{SYS_futex, "futex", WaitsFor::futex, Limit::futex, 3},
    Kind{SYS_read, "read", WaitsFor::descriptor, Limit::never},
    Kind{SYS_readv, "readv", WaitsFor::descriptor, Limit::never},
    Kind{SYS_write, "write", WaitsFor::descriptor, Limit::never},
    Kind{SYS_writev, "writev", WaitsFor::descriptor, Limit::never},
    Kind{SYS_recvfrom, "recvfrom", WaitsFor::descriptor, Limit::never},
    Kind{SYS_recvmsg, "recvmsg", WaitsFor::descriptor, Limit::never},
    Kind{SYS_sendto, "sendto", WaitsFor::descriptor, Limit::never},
    Kind{SYS_sendmsg, "sendmsg", WaitsFor::descriptor, Limit::never},
    Kind{SYS_accept, "accept", WaitsFor::descriptor, Limit::never},
    Kind{SYS_accept4, "accept4", WaitsFor::descriptor, Limit::never},
    Kind{SYS_splice, "splice", WaitsFor::the_outside, Limit::never},
    Kind{SYS_ppoll, "ppoll", WaitsFor::poll, Limit::unless_null, 2},
    Kind{SYS_pselect6, "pselect6", WaitsFor::select, Limit::unless_null, 4},
    Kind{SYS_epoll_pwait, "epoll_pwait", WaitsFor::epoll, Limit::unless_minus, 3},
    Kind{SYS_epoll_pwait2, "epoll_pwait2", WaitsFor::epoll, Limit::unless_null, 3},
    Kind{SYS_wait4, "wait4", WaitsFor::child, Limit::if_no_hanging, 2},
    Kind{SYS_waitid, "waitid", WaitsFor::child, Limit::if_no_hanging, 3},
#ifdef SYS_poll  // the older calls, which newer architectures have dropped
    Kind{SYS_poll, "poll", WaitsFor::poll, Limit::unless_minus, 2},
    Kind{SYS_select, "select", WaitsFor::select, Limit::unless_null, 4},
    Kind{SYS_epoll_wait, "epoll_wait", WaitsFor::epoll, Limit::unless_minus, 3},
    Kind{SYS_pause, "pause", WaitsFor::the_outside, Limit::never},
    Kind{SYS_open, "open", WaitsFor::the_outside, Limit::never},
#endif
    Kind{SYS_openat, "openat", WaitsFor::the_outside, Limit::never},
    Kind{SYS_connect, "connect", WaitsFor::the_outside, Limit::never},
    Kind{SYS_flock, "flock", WaitsFor::the_outside, Limit::never},
    Kind{SYS_fcntl, "fcntl", WaitsFor::the_outside, Limit::never},
    Kind{SYS_rt_sigsuspend, "rt_sigsuspend", WaitsFor::the_outside, Limit::never},
    Kind{SYS_rt_sigtimedwait, "rt_sigtimedwait", WaitsFor::the_outside, Limit::unless_null, 2},
    Kind{SYS_semop, "semop", WaitsFor::the_outside, Limit::never},
    Kind{SYS_msgrcv, "msgrcv", WaitsFor::the_outside, Limit::never},
    Kind{SYS_msgsnd, "msgsnd", WaitsFor::the_outside, Limit::never},
    Kind{SYS_mq_timedreceive, "mq_timedreceive", WaitsFor::the_outside, Limit::unless_null, 4},
    Kind{SYS_mq_timedsend, "mq_timedsend", WaitsFor::the_outside, Limit::unless_null, 4},
    Kind{SYS_nanosleep, "nanosleep", WaitsFor::nothing, Limit::always},
    Kind{SYS_clock_nanosleep, "clock_nanosleep", WaitsFor::nothing, Limit::always},
    Kind{SYS_restart_syscall, "restart_syscall", WaitsFor::nothing, Limit::always},
    Kind{SYS_sched_yield, "sched_yield", WaitsFor::nothing, Limit::always},
    Kind{SYS_exit_group, "exit_group", WaitsFor::nothing, Limit::always},
    Kind{SYS_execve, "execve", WaitsFor::nothing, Limit::always},
    Kind{SYS_fsync, "fsync", WaitsFor::nothing, Limit::always},
};

const Kind* find_kind(long number) {
  const auto* found = std::find_if(kKinds.begin(), kKinds.end(),
                                   [&](const Kind& kind) { return kind.number == number; });
  return found == kKinds.end() ? nullptr : found;
}

// Does a futex call wait without a limit? Its fourth argument is the limit of every waiting one.
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

bool has_limit(const Kind& kind, const SystemCall& call) {
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
  const Kind* kind = find_kind(number);
  return kind != nullptr ? std::string(kind->name) : "system call " + std::to_string(number);
}

bool SystemCall::sends() const {
  return number == SYS_write || number == SYS_writev || number == SYS_sendto ||
         number == SYS_sendmsg;
}

WaitsFor SystemCall::waits_for() const {
  const Kind* kind = find_kind(number);
  // A call that is not in the table may wait for anything.
  if (kind == nullptr) return WaitsFor::the_outside;
  return has_limit(*kind, *this) ? WaitsFor::nothing : kind->waits_for;
}

std::optional<SystemCall> parse_system_call(const std::string& line) {
  std::istringstream in(line);
  SystemCall call;
  if (!(in >> call.number) || call.number < 0) return std::nullopt;  // "running", or "-1" blocked
  for (std::uint64_t& argument : call.arguments) {
    std::string word;
    if (!(in >> word)) return std::nullopt;
    argument = std::strtoull(word.c_str(), nullptr, 16);
  }
  return call;
}

}  // namespace workbench::hang_proof
