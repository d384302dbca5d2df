#include "scenarios/hang_proof/tracee.h"

#include <elf.h>
#include <linux/audit.h>
#include <sched.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <exception>
#include <optional>
#include <string_view>
#include <system_error>
#include <thread>

#include "core/posix/signals.h"
#include "core/time.h"
#include "scenarios/hang_proof/proc.h"

namespace workbench::hang_proof {
namespace {

// A stop comes at once, unless the kernel holds the thread (a disk that does not answer).
constexpr std::chrono::seconds kPatience{2};

constexpr int kStopOfCall = SIGTRAP | 0x80;  // see PTRACE_O_TRACESYSGOOD

// What the kernel notes in the place of the result when a call was interrupted, so that it begins
// again (include/linux/errno.h; programs never see these numbers).
constexpr long kRestart = -512;  // ERESTARTSYS
constexpr long kRestartNoInterrupt = -513;
constexpr long kRestartNoHandler = -514;
constexpr long kRestartWithBlock = -516;  // continues by the call `restart_syscall`

long request(int what, pid_t thread, std::uint64_t address, const void* data) {
  // The wrapper of the C library has an argument list of its own for each request.
  return syscall(SYS_ptrace, what, thread, address, data);
}

[[noreturn]] void moved(pid_t thread, std::string_view what) {
  throw Moved{"thread " + std::to_string(thread) + " " + std::string(what)};
}

void request_or_moved(int what, pid_t thread, std::uint64_t address = 0,
                      const void* data = nullptr) {
  if (request(what, thread, address, data) < 0) moved(thread, "has ended");
}

#if defined(__x86_64__)

constexpr std::uint64_t kLengthOfCall = 2;  // of the instruction `syscall`
constexpr std::uint32_t kOurCalls = AUDIT_ARCH_X86_64;
using Registers = user_regs_struct;

Registers registers_of(pid_t thread) {
  Registers registers{};
  request_or_moved(PTRACE_GETREGS, thread, 0, &registers);
  return registers;
}

void set_registers(pid_t thread, const Registers& registers) {
  request_or_moved(PTRACE_SETREGS, thread, 0, &registers);
}

long number_in(const Registers& registers) { return static_cast<long>(registers.orig_rax); }
long result_in(const Registers& registers) { return static_cast<long>(registers.rax); }
std::uint64_t stack_in(const Registers& registers) { return registers.rsp; }

// The thread shall make this call next, as if it had come to the instruction for the first time.
void begin_call(Registers& registers, long number) {
  registers.rip -= kLengthOfCall;
  registers.rax = static_cast<std::uint64_t>(number);
  registers.orig_rax = ~0ULL;  // it is in no call
}

// The thread stands at the entry of a call: it shall make this one instead.
void replace_call(Registers& registers, long number, const std::vector<std::uint64_t>& arguments) {
  registers.orig_rax = static_cast<std::uint64_t>(number);
  const std::array places{&registers.rdi, &registers.rsi, &registers.rdx,
                          &registers.r10, &registers.r8,  &registers.r9};
  for (std::size_t i = 0; i < arguments.size(); ++i) *places.at(i) = arguments[i];
}

#endif

// An interrupted call of this number that fails with EINTR had a limit of time: without one, the
// kernel would begin it again (sock_intr_errno in its sources).
bool has_failed_because_of_its_limit(long number) {
  constexpr std::array kCallsOnSockets{SYS_read,     SYS_readv,   SYS_write,   SYS_writev,
                                       SYS_recvfrom, SYS_recvmsg, SYS_sendto,  SYS_sendmsg,
                                       SYS_accept,   SYS_accept4, SYS_connect, SYS_recvmmsg,
                                       SYS_sendmmsg, SYS_splice,  SYS_sendfile};
  return std::find(kCallsOnSockets.begin(), kCallsOnSockets.end(), number) != kCallsOnSockets.end();
}

std::string who_traces(pid_t process, pid_t thread) {
  const std::string status =
      text_of(directory_of(process) / "task" / std::to_string(thread) / "status");
  const std::string tracer = word_behind(status, "TracerPid:");
  return tracer == "0" ? "" : tracer;
}

}  // namespace

#if defined(__x86_64__)

Tracee Tracee::seize(pid_t process, pid_t thread) {
  constexpr std::uint64_t kOptions =
      PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK;
  // The options are a number that is passed where other requests have an address.
  const auto* const options = reinterpret_cast<const void*>(kOptions);  // NOLINT
  if (request(PTRACE_SEIZE, thread, 0, options) == 0) return {process, thread};
  if (errno == ESRCH || living_thread_of(thread) != thread || !exists(process, thread)) {
    moved(thread, "has ended");
  }
  const std::string tracer = who_traces(process, thread);
  const std::string who = "thread " + std::to_string(thread);
  throw Refused{tracer.empty() ? who + " may not be stopped" : who + " is traced by " + tracer};
}

void Tracee::interrupt() const { request_or_moved(PTRACE_INTERRUPT, thread_); }

// Has it stopped? Only stops are asked for: an end is not taken away from the one who waits for it
// as its parent. And they are only looked at, not taken: a signal that was taken would be lost if
// we let the thread go, or died, before it was passed on.
std::optional<int> Tracee::stop() const {
  siginfo_t info{};
  const int options = WSTOPPED | WNOHANG | WNOWAIT | __WALL | __WNOTHREAD;
  if (waitid(P_PID, static_cast<id_t>(thread_), &info, options) != 0) moved(thread_, "has ended");
  return info.si_pid == 0 ? std::nullopt : std::optional(info.si_status);
}

// Returns why it has stopped: a signal, and from the ninth bit on an event (ptrace(2)).
int Tracee::await_stop() const {
  const TimePoint deadline = deadline_after(Clock::now(), kPatience);
  constexpr int kFewLooks = 64;  // to ask whether it exists takes much longer than to look
  for (int looks = 1;; ++looks) {
    if (const auto why = stop()) return *why;
    if (looks % kFewLooks == 0 && !exists(process_, thread_)) moved(thread_, "has ended");
    if (Clock::now() >= deadline) moved(thread_, "does not stop");
    sched_yield();
  }
}

void Tracee::begin_again() {
  constexpr int kInterrupted = PTRACE_EVENT_STOP << 8 | SIGTRAP;
  if (await_stop() != kInterrupted) moved(thread_, "got a signal");
  Registers registers = registers_of(thread_);
  const long number = number_in(registers);
  const long result = result_in(registers);
  if (number < 0) moved(thread_, "runs");
  switch (result) {
    case kRestart:
    case kRestartNoInterrupt:
    case kRestartNoHandler:
      break;                 // the kernel lets it begin again
    case kRestartWithBlock:  // among the calls without a limit this is `poll` (see snapshot.cc)
      begin_call(registers, number == SYS_restart_syscall ? SYS_poll : number);
      set_registers(thread_, registers);
      break;
    case -EINTR:
      // That limit may be gone by now, so it must not begin again. It fails, as after any stop.
      if (has_failed_because_of_its_limit(number)) moved(thread_, "waits with a limit of time");
      begin_call(registers, number);
      set_registers(thread_, registers);
      break;
    default:
      moved(thread_, "had come to the end of its call");
  }
  go_on_to_stop_at_calls();
}

const SystemCall& Tracee::at_entry() {
  if (await_stop() != kStopOfCall) moved(thread_, "got a signal");
  __ptrace_syscall_info info{};
  request_or_moved(PTRACE_GET_SYSCALL_INFO, thread_, sizeof info, &info);
  if (info.op != PTRACE_SYSCALL_INFO_ENTRY) moved(thread_, "has come back from its call");
  if (info.arch != kOurCalls) throw Refused{"it makes calls for another kind of processor"};
  entry_.number = static_cast<long>(info.entry.nr);
  std::copy(std::begin(info.entry.args), std::end(info.entry.args), entry_.arguments.begin());
  return entry_;
}

void Tracee::ask(long number, const std::vector<std::uint64_t>& arguments) {
  before_ = registers_of(thread_);
  Registers registers = before_;
  replace_call(registers, number, arguments);
  set_registers(thread_, registers);
  go_on_to_stop_at_calls();
}

long Tracee::answer() {
  const int stop = await_stop();
  const long result = result_in(registers_of(thread_));
  Registers registers = before_;
  begin_call(registers, number_in(before_));
  set_registers(thread_, registers);
  if (stop != kStopOfCall) moved(thread_, "got a signal");
  go_on_to_stop_at_calls();
  return result;
}

long Tracee::call(long number, const std::vector<std::uint64_t>& arguments) {
  ask(number, arguments);
  const long result = answer();
  at_entry();
  return result;
}

std::uint64_t Tracee::scratch() const {
  constexpr std::uint64_t kBelow = 1024;  // more than the 128 bytes that functions may use there
  constexpr std::uint64_t kAlignment = 16;
  return (stack_in(registers_of(thread_)) - kBelow) / kAlignment * kAlignment;
}

#else

Tracee Tracee::seize(pid_t /*process*/, pid_t thread) {
  throw Refused{"thread " + std::to_string(thread) + ": not on this kind of processor"};
}

#endif

void Tracee::go_on_to_stop_at_calls() const { request_or_moved(PTRACE_SYSCALL, thread_); }

void Tracee::let_wait() const { go_on_to_stop_at_calls(); }

void on_tracer_thread(const std::function<void()>& look) {
  std::exception_ptr failure;
  pid_t number = 0;
  const auto look_there = [&] {
    number = gettid();
    try {
      look();
    } catch (...) {
      failure = std::current_exception();
    }
  };
  try {
    const posix::BlockedSignals none_there;
    std::thread(look_there).join();  // untimed: nothing in it waits without a limit
  } catch (const std::system_error& error) {
    throw Refused{std::string("the watchdog cannot start a thread: ") + error.what()};
  }
  // It is joined a little before it has let the tree go. Until then a parent does not hear of a
  // child that has ended, and would seem to wait for it.
  while (exists(getpid(), number)) sched_yield();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace workbench::hang_proof
