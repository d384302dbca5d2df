#include "scenarios/stacks/native_stacks.h"

#include <elfutils/libdwfl.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <regex>
#include <sstream>
#include <string_view>
#include <utility>

#include "core/stack.h"
#include "core/symbols/debug_info.h"
#include "scenarios/hang_proof/processor_time.h"
#include "scenarios/hang_proof/tracee.h"
#include "scenarios/stacks/other_memory.h"

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

// Stops a thread at the entry of its call, if it waits, or else wherever it is. Empty: it cannot be
// stopped.
std::optional<Tracee> stopped(const ThreadSnapshot& thread) {
  std::optional<Tracee> tracee;
  try {
    tracee = Tracee::seize(thread.process, thread.thread);
    tracee->interrupt();
    tracee->await_interruption();
  } catch (const Moved&) {
    return std::nullopt;
  } catch (const Refused&) {
    return std::nullopt;
  }
  try {
    if (!thread.waits_untimed()) return tracee;
    tracee->begin_again();
    tracee->at_entry();
  } catch (const Moved&) {
    // It stands somewhere else, and has a stack there, too.
  }
  return tracee;
}

// Where its stack ends, and at which instruction it is: the last two words of that line (proc(5)).
std::pair<std::uint64_t, std::uint64_t> position_of(const ThreadSnapshot& thread) {
  std::istringstream in(thread.call_line);
  std::uint64_t end = 0;
  std::uint64_t instruction = 0;
  for (std::string word; in >> word;) {
    end = std::exchange(instruction, std::strtoull(word.c_str(), nullptr, 16));
  }
  return {end, instruction};
}

// A stack, and where in memory it says so.
struct Unwound {
  struct Word {
    std::uint64_t distance;  // from the end of the stack
    std::uint64_t value;     // a return address
  };

  Stack stack{};
  std::uint64_t begins_at = 0;  // where the stack ended when it was unwound
  std::vector<Word> words{};

  std::uint64_t size() const {
    return words.empty() ? 0 : words.back().distance + sizeof(Word::value);
  }
};

int note_frame(Dwfl_Frame* frame, void* noted) {
  constexpr unsigned kStackPointer = 7;  // of x86-64, as DWARF counts the registers
  auto& unwound = *static_cast<Unwound*>(noted);
  Dwarf_Addr address = 0;
  Dwarf_Word end = 0;
  bool is_exact = false;
  if (!dwfl_frame_pc(frame, &address, &is_exact)) return DWARF_CB_ABORT;
  const bool has_end = dwfl_frame_reg(frame, kStackPointer, &end) == 0;
  if (unwound.stack.empty()) {
    unwound.begins_at = has_end ? end : 0;
  } else if (has_end && end - sizeof address >= unwound.begins_at) {
    // The call has put it there, and nothing else since.
    unwound.words.push_back({end - sizeof address - unwound.begins_at, address});
  }
  // A return address points behind the call, perhaps into the next line. (At a signal it does not.)
  unwound.stack.push_back(is_exact ? address : address - 1);
  return unwound.stack.size() < kMostFrames ? DWARF_CB_OK : DWARF_CB_ABORT;
}

// Code of others that the compiler has put into the program: templates, what is inlined.
bool is_from_elsewhere(const std::string& frame) {
  return frame.find(" at /usr/") != npos || frame.find(" at /rustc/") != npos ||
         frame.find(" at library/") != npos;  // of Rust, with and without its sources
}

// `f::h9fafd21e64a13f85 at x.rs:1` as `f at x.rs:1`: Rust adds a number to each name.
std::string without_hash(const std::string& frame) {
  static const std::regex hash("::h[0-9a-f]{16}(?= |$)");
  return std::regex_replace(frame, hash, "");
}

/// A process, some threads of which are stopped.
class Unwinder {
 public:
  explicit Unwinder(pid_t process)
      : process_(process), info_(std::make_unique<DebugInfo>(process)) {
    constexpr bool kIsStopped = true;
    is_attached_ = dwfl_linux_proc_attach(info_->handle(), process, kIsStopped) == 0;
  }

  /// Of a pool of a thousand threads that wait for work, one is unwound. If another one stands at
  /// the same instruction, and its memory has the same return addresses in the same places, its
  /// stack is the same. To see that, nobody has to be stopped.
  const Stack* known_stack_of(const ThreadSnapshot& thread) const {
    const auto [end, instruction] = position_of(thread);
    if (thread.state != 'S') return nullptr;
    for (const Unwound& each : unwound_) {
      if (each.stack.front() == instruction && has_the_words_of(each, end)) return &each.stack;
    }
    return nullptr;
  }

  /// Requires: the thread is stopped.
  Stack stack_of(pid_t thread) {
    Unwound unwound;
    // It fails at the first frame that it cannot unwind; those before it count.
    if (is_attached_) dwfl_getthread_frames(info_->handle(), thread, note_frame, &unwound);
    Stack stack = unwound.stack;
    if (!unwound.words.empty()) unwound_.push_back(std::move(unwound));
    return stack;
  }

  /// With lines only if there is time.
  StackLines frames_of(const Stack& stack, bool with_lines) {
    StackLines frames;
    for (const std::uintptr_t address : stack) {
      auto known = names_.find(address);
      if (known == names_.end()) {
        const bool is_of_system = info_->is_of_system(address);
        StackLines found;
        for (const std::string& frame :
             with_lines ? info_->frames_at(address) : std::vector{info_->symbol_at(address)}) {
          found.push_back({without_hash(without_long_template_arguments(frame)),
                           !is_of_system && !is_from_elsewhere(frame)});
        }
        known = names_.emplace(address, std::move(found)).first;
      }
      frames.insert(frames.end(), known->second.begin(), known->second.end());
    }
    return frames;
  }

 private:
  bool has_the_words_of(const Unwound& unwound, std::uint64_t end) const {
    try {
      const std::string memory = OtherMemory(process_).bytes_at(end, unwound.size());
      return std::all_of(unwound.words.begin(), unwound.words.end(), [&](const auto& word) {
        return memory.compare(word.distance, sizeof word.value,
                              reinterpret_cast<const char*>(&word.value), sizeof word.value) == 0;
      });
    } catch (const UnreadableMemory&) {
      return false;
    }
  }

  pid_t process_;
  std::vector<Unwound> unwound_{};
  std::unique_ptr<DebugInfo> info_;
  bool is_attached_ = false;
  std::map<std::uintptr_t, StackLines> names_{};
};

}  // namespace

std::map<pid_t, StackLines> native_stacks(const std::vector<ThreadSnapshot>& threads,
                                          Afterwards afterwards, Duration budget) {
  const Duration start = hang_proof::processor_time();
  const auto is_spent = [&](int parts) {
    return hang_proof::processor_time() - start > budget * parts / 2;
  };
  std::map<pid_t, Unwinder> unwinders;
  std::map<std::pair<pid_t, pid_t>, Stack> stacks;
  const auto look_at = [&](const ThreadSnapshot& thread) {
    Unwinder& unwinder = unwinders.try_emplace(thread.process, thread.process).first->second;
    Stack& stack = stacks[{thread.process, thread.thread}];
    if (const Stack* known = unwinder.known_stack_of(thread)) {
      stack = *known;
    } else if (may_be_stopped(thread, afterwards) && stopped(thread)) {
      stack = unwinder.stack_of(thread.thread);
    }
  };
  try {
    hang_proof::on_tracer_thread([&] {
      for (const ThreadSnapshot& thread : threads) {
        if (is_spent(1) && !stacks.empty()) break;
        look_at(thread);
      }
    });
  } catch (const Refused&) {
    return {};
  }
  std::map<pid_t, StackLines> frames;
  for (const auto& [thread, stack] : stacks) {
    if (stack.empty()) continue;
    frames[thread.second] =
        unwinders.at(thread.first).frames_of(stack, frames.empty() || !is_spent(2));
  }
  return frames;
}

}  // namespace workbench::stacks
