#include "scenarios/stacks/python_frames.h"

#include <boost/locale/utf.hpp>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <string_view>

#include "scenarios/hang_proof/proc.h"
#include "scenarios/stacks/other_memory.h"
#include "scenarios/stacks/python_interpreter.h"

namespace workbench::stacks {
namespace {

using Address = std::uint64_t;

// How many interpreters, threads and frames are looked at. More are nonsense: a list that has
// changed under our eyes, and leads back to where it began.
constexpr int kMostSteps = 200'000;

constexpr std::uint64_t kLongestText = 1U << 16;
constexpr std::uint64_t kLongestTable = 1U << 24;
constexpr std::uint64_t kCodeUnit = 2;  // bytes of an instruction: sizeof(_Py_CODEUNIT)

// _PyInterpreterFrame.owner: enum _frameowner.
constexpr unsigned char kOwnedByGenerator = 1;
constexpr unsigned char kOwnedByCStack = 3;  // since 3.12; such a frame belongs to no function

// `size` bytes each, as a number.
std::uint32_t number_at(std::string_view bytes, std::size_t size) {
  std::uint32_t number = 0;
  std::memcpy(&number, bytes.data(), size);
  return number;
}

std::string utf8(std::string_view characters, std::size_t size) {
  constexpr boost::locale::utf::code_point kReplacement = 0xFFFD;
  std::string text;
  for (std::size_t at = 0; at < characters.size(); at += size) {
    const std::uint32_t character = number_at(characters.substr(at), size);
    const bool is_valid = boost::locale::utf::is_valid_codepoint(character);
    boost::locale::utf::utf_traits<char>::encode(is_valid ? character : kReplacement,
                                                 std::back_inserter(text));
  }
  return text;
}

// A signed number in CPython's table of lines: six bits a byte, the lowest first, and the lowest of
// all is the sign.
std::int64_t signed_number(std::string_view bytes) {
  constexpr std::size_t kMostBytes = 6;  // more than an `int` needs
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < bytes.size() && i < kMostBytes; ++i) {
    bits |= std::uint64_t{bytes[i] & 0x3fU} << (6 * i);
    if ((bytes[i] & 0x40U) == 0) break;  // the last one
  }
  const auto size = static_cast<std::int64_t>(bits >> 1U);
  return (bits & 1U) != 0 ? -size : size;
}

// The line of an instruction: Objects/locations.md of CPython. Each entry of the table covers some
// code units and says how many lines they are behind those of the entry before. Its first byte, and
// no other, has its highest bit set: `1 kind:4 units-1:3`.
int line_in(std::string_view table, int first_line, std::uint64_t offset) {
  constexpr unsigned kOneLine = 10;    // 10, 11 and 12: 0, 1 and 2 lines further
  constexpr unsigned kNoColumns = 13;  // these two give a number of lines
  constexpr unsigned kLong = 14;
  constexpr unsigned kNone = 15;  // no line
  std::int64_t line = first_line;
  std::uint64_t end = 0;
  for (std::size_t at = 0; at < table.size();) {
    const auto head = static_cast<unsigned char>(table[at]);
    const std::size_t body = at + 1;
    for (at = body; at < table.size() && (table[at] & 0x80) == 0;) ++at;
    const unsigned kind = head >> 3U & 0xfU;
    if (kind == kNoColumns || kind == kLong) line += signed_number(table.substr(body, at - body));
    if (kind >= kOneLine && kind < kNoColumns) line += kind - kOneLine;
    end += kCodeUnit * ((head & 0x7U) + 1);
    if (offset < end) return kind == kNone ? 0 : static_cast<int>(line);
  }
  throw UnreadableMemory{};  // it is no instruction of this function
}

// What does not change while a function runs.
struct ScriptCode {
  std::string function, file, lines;
  int first_line = 0;
  Address instructions = 0;
  Address first_traceable = 0;  // the instructions before it belong to the interpreter
};

class StackReader {
 public:
  StackReader(pid_t thread, const PythonInterpreter& python)
      : memory_(thread), python_(python), layout_(python.layout) {}

  // Calls `see` with the address of each thread's state. Throws UnreadableMemory.
  template <class See>
  void each_thread(See see) {
    // The newest interpreter comes first. A thread that has gone from one into another has a state
    // in each, so that its innermost frames come first.
    Address interpreter = pointer(python_.runtime + layout_.runtime_interpreters);
    for (; interpreter != 0; interpreter = next(interpreter + layout_.interpreter_next)) {
      Address thread = pointer(interpreter + layout_.interpreter_threads);
      for (; thread != 0; thread = next(thread + layout_.thread_next)) see(thread);
    }
  }

  // The number that the thread has been given by the kernel, as it sees that itself.
  std::uint64_t number_of(Address thread) const {
    return memory_.at<std::uint64_t>(thread + layout_.thread_native_id);
  }

  // Throws UnreadableMemory.
  std::vector<ScriptFrame> frames_of(Address thread) {
    std::vector<ScriptFrame> frames;
    for (Address at = innermost_of(thread); at != 0; at = next(at + layout_.frame_previous)) {
      const auto owner = memory_.at<unsigned char>(at + layout_.frame_owner);
      if (owner == kOwnedByCStack) continue;
      const ScriptCode& code = code_at(pointer(at + layout_.frame_code));
      const Address instruction = pointer(at + layout_.frame_instruction);
      // It is being set up, or stands in front of a function's own frame.
      if (owner != kOwnedByGenerator && instruction < code.first_traceable) continue;
      const int line = instruction < code.instructions
                           ? code.first_line
                           : line_in(code.lines, code.first_line, instruction - code.instructions);
      frames.push_back({.function = code.function, .file = code.file, .line = line});
    }
    return frames;
  }

 private:
  Address pointer(Address at) const { return memory_.at<Address>(at); }

  Address next(Address at) {
    if (--steps_left_ < 0) throw UnreadableMemory{};
    return pointer(at);
  }

  Address innermost_of(Address thread) const {
    const Address frame = pointer(thread + layout_.thread_frame);
    return layout_.cframe_frame ? pointer(frame + *layout_.cframe_frame) : frame;
  }

  const ScriptCode& code_at(Address at) {
    const auto known = codes_.find(at);
    if (known != codes_.end()) return known->second;
    require_type(at, python_.code_type);
    ScriptCode code{.function = text_at(pointer(at + layout_.code_function)),
                    .file = text_at(pointer(at + layout_.code_file)),
                    .lines = bytes_at(pointer(at + layout_.code_lines)),
                    .first_line = memory_.at<int>(at + layout_.code_first_line),
                    .instructions = at + layout_.code_instructions};
    const auto before = memory_.at<std::uint32_t>(at + layout_.code_first_traceable);
    code.first_traceable = code.instructions + kCodeUnit * before;
    return codes_.emplace(at, std::move(code)).first->second;
  }

  void require_type(Address object, Address type) const {
    if (pointer(object + layout_.object_type) != type) throw UnreadableMemory{};
  }

  std::uint64_t size_at(Address at, std::uint64_t most) const {
    const auto size = memory_.at<std::uint64_t>(at);
    if (size > most) throw UnreadableMemory{};
    return size;
  }

  std::string bytes_at(Address at) const {
    require_type(at, python_.bytes_type);
    return memory_.bytes_at(at + layout_.bytes_data,
                            size_at(at + layout_.bytes_size, kLongestTable));
  }

  std::string text_at(Address at) const {
    require_type(at, python_.text_type);
    // `interned:2 kind:3 compact:1 ascii:1`, the lowest first. `kind` is the size of a character.
    const auto state = memory_.at<std::uint32_t>(at + layout_.text_state);
    const std::size_t size = state >> 2U & 0x7U;
    const bool compact = (state & 0x20U) != 0;
    const bool ascii = (state & 0x40U) != 0;
    if (!compact || (size != 1 && size != 2 && size != 4)) throw UnreadableMemory{};
    const auto length = size_at(at + layout_.text_length, kLongestText);
    const Address data = at + (ascii ? layout_.text_ascii_data : layout_.text_wide_data);
    return utf8(memory_.bytes_at(data, length * size), size);
  }

  OtherMemory memory_;
  PythonInterpreter python_;
  const PythonLayout& layout_;
  int steps_left_ = kMostSteps;
  std::map<Address, ScriptCode> codes_{};
};

// A thread in a container has one number there and another one here. `NSpid:` lists them all, its
// own last.
std::map<std::uint64_t, pid_t> threads_by_own_number(pid_t process) {
  constexpr std::string_view kNumbers = "\nNSpid:";
  std::map<std::uint64_t, pid_t> threads;
  const auto directory = hang_proof::directory_of(process) / "task";
  for (const pid_t thread : hang_proof::numbers_in(directory)) {
    const std::string status = hang_proof::text_of(directory / std::to_string(thread) / "status");
    const std::size_t line = status.find(kNumbers);
    if (line == std::string::npos) continue;
    const std::size_t end = status.find('\n', line + 1);
    const std::size_t last = status.find_last_of(" \t", end);
    std::uint64_t own = 0;
    std::from_chars(status.data() + last + 1, status.data() + status.size(), own);
    threads.emplace(own, thread);
  }
  return threads;
}

}  // namespace

std::map<pid_t, std::vector<ScriptFrame>> python_frames(pid_t process) {
  std::map<pid_t, std::vector<ScriptFrame>> frames;
  const pid_t living = hang_proof::living_thread_of(process);
  const auto python = python_in(living);
  if (!python) return frames;
  const auto threads = threads_by_own_number(process);
  StackReader reader(living, *python);
  const auto add = [&](Address state) {
    const auto thread = threads.find(reader.number_of(state));
    if (thread == threads.end()) return;
    try {
      const auto found = reader.frames_of(state);
      auto& all = frames[thread->second];
      all.insert(all.end(), found.begin(), found.end());
    } catch (const UnreadableMemory&) {
      // It runs. The others may sleep.
    }
  };
  try {
    reader.each_thread(add);
  } catch (const UnreadableMemory&) {
    // The list changes. What was found before is as good as it would be without.
  }
  std::erase_if(frames, [](const auto& thread) { return thread.second.empty(); });
  return frames;
}

}  // namespace workbench::stacks
