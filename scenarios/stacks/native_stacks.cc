#include "scenarios/stacks/native_stacks.h"

#include <elfutils/libdwfl.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "core/stack.h"
#include "core/symbols/debug_info.h"
#include "scenarios/hang_proof/tracee.h"

namespace workbench::stacks {
namespace {

using hang_proof::Moved;
using hang_proof::Refused;
using hang_proof::ThreadSnapshot;
using hang_proof::Tracee;

constexpr std::size_t kMostFrames = 100;
constexpr std::size_t npos = std::string::npos;

// The kernel itself continues these after a stop, with the time that is left (signal(7)).
bool is_continued_by_the_kernel(const hang_proof::SystemCall& call) {
  constexpr std::array kCalls{SYS_futex,    SYS_poll,      SYS_ppoll,           SYS_select,
                              SYS_pselect6, SYS_nanosleep, SYS_clock_nanosleep, SYS_restart_syscall,
                              SYS_wait4,    SYS_waitid};
  return std::find(kCalls.begin(), kCalls.end(), call.number) != kCalls.end();
}

bool may_be_stopped(const ThreadSnapshot& thread, Afterwards afterwards) {
  if (thread.state == 'D') return false;  // the kernel would let us wait
  if (afterwards == Afterwards::is_ended || thread.state != 'S') return true;
  const auto call = thread.call();
  return call && (thread.waits_untimed() || is_continued_by_the_kernel(*call));
}

// Those that could be stopped.
std::vector<Tracee> stop(const std::vector<ThreadSnapshot>& threads, Afterwards afterwards) {
  std::vector<std::pair<Tracee, bool>> seized;  // and whether it is to begin its wait again
  for (const ThreadSnapshot& thread : threads) {
    if (!may_be_stopped(thread, afterwards)) continue;
    try {
      Tracee tracee = Tracee::seize(thread.process, thread.thread);
      tracee.interrupt();
      seized.emplace_back(std::move(tracee), thread.waits_untimed());
    } catch (const Moved&) {
    } catch (const Refused&) {
      // Then it goes without a stack.
    }
  }
  std::vector<Tracee> stopped;
  for (auto& [thread, begins_again] : seized) {
    try {
      thread.await_interruption();
      stopped.push_back(thread);
      if (!begins_again) continue;
      stopped.back().begin_again();
      stopped.back().at_entry();
    } catch (const Moved&) {
      // It has ended, or stands somewhere else; a stack it has there, too.
    }
  }
  return stopped;
}

int note_frame(Dwfl_Frame* frame, void* noted) {
  auto& stack = *static_cast<Stack*>(noted);
  Dwarf_Addr address = 0;
  bool is_exact = false;
  if (!dwfl_frame_pc(frame, &address, &is_exact)) return DWARF_CB_ABORT;
  // A return address points behind the call, perhaps into the next line. (At a signal it does not.)
  stack.push_back(is_exact ? address : address - 1);
  return stack.size() < kMostFrames ? DWARF_CB_OK : DWARF_CB_ABORT;
}

/// A process, of which some threads are stopped.
class Unwinder {
 public:
  explicit Unwinder(pid_t process) : info_(std::make_unique<DebugInfo>(process)) {
    constexpr bool kIsStopped = true;
    is_attached_ = dwfl_linux_proc_attach(info_->handle(), process, kIsStopped) == 0;
  }

  Stack stack_of(pid_t thread) const {
    Stack stack;
    // It fails at the first frame that it cannot unwind; those before it count.
    if (is_attached_) dwfl_getthread_frames(info_->handle(), thread, note_frame, &stack);
    return stack;
  }

  /// With lines only if there is time.
  StackLines frames_of(const Stack& stack, bool with_lines) {
    StackLines frames;
    for (const std::uintptr_t address : stack) {
      auto known = names_.find(address);
      if (known == names_.end()) {
        StackLines found =
            with_lines ? info_->frames_at(address) : StackLines{info_->symbol_at(address)};
        for (std::string& name : found) name = without_long_template_arguments(name);
        known = names_.emplace(address, std::move(found)).first;
      }
      frames.insert(frames.end(), known->second.begin(), known->second.end());
    }
    return frames;
  }

 private:
  std::unique_ptr<DebugInfo> info_;
  bool is_attached_ = false;
  std::map<std::uintptr_t, StackLines> names_{};
};

}  // namespace

bool is_of_the_program(const std::string& frame) {
  const auto begins_with = [&](std::string_view package) { return frame.starts_with(package); };
  constexpr std::array<std::string_view, 4> kOfJava{"java.", "jdk.", "sun.", "com.sun."};
  if (frame.find(".java:") != npos) {
    return std::none_of(kOfJava.begin(), kOfJava.end(), begins_with);
  }
  constexpr std::string_view kAt = " at ";
  const std::size_t at = frame.rfind(kAt);
  if (at == npos) return false;
  const std::string_view file = std::string_view(frame).substr(at + kAt.size());
  const bool is_python = file.find(".py:") != npos || file.starts_with('<');
  if (is_python) return file.find("/lib/python3") == npos && !file.starts_with("<frozen ");
  return file.starts_with('/') && !file.starts_with("/usr/") && !file.starts_with("/build/");
}

std::map<pid_t, StackLines> native_stacks(const std::vector<ThreadSnapshot>& threads,
                                          Afterwards afterwards, Duration budget) {
  const TimePoint start = Clock::now();
  const auto is_spent = [&](int parts) { return Clock::now() - start > budget * parts / 2; };
  std::map<pid_t, Unwinder> unwinders;
  std::map<std::pair<pid_t, pid_t>, Stack> stacks;
  try {
    hang_proof::on_tracer_thread([&] {
      for (const Tracee& thread : stop(threads, afterwards)) {
        if (is_spent(1)) break;
        const auto unwinder = unwinders.try_emplace(thread.process(), thread.process()).first;
        stacks[{thread.process(), thread.thread()}] = unwinder->second.stack_of(thread.thread());
      }
    });
  } catch (const Refused&) {
    return {};
  }
  std::map<pid_t, StackLines> frames;
  for (const auto& [thread, stack] : stacks) {
    if (stack.empty()) continue;
    frames[thread.second] = unwinders.at(thread.first).frames_of(stack, !is_spent(2));
  }
  return frames;
}

}  // namespace workbench::stacks
