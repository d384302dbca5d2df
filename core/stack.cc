#include "core/stack.h"

#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <boost/stacktrace/frame.hpp>
#include <boost/stacktrace/safe_dump_to.hpp>
#include <cctype>
#include <cstring>
#include <mutex>
#include <string_view>
#include <typeinfo>
#include <unordered_map>

namespace workbench {
namespace {

constexpr std::size_t kFrames = 64;
constexpr std::size_t kThrows = 8;

struct Throw {
  const void* object = nullptr;
  const std::type_info* type = nullptr;
  std::array<boost::stacktrace::frame::native_frame_ptr_t, kFrames> frames{};
};

// The last few throws of this thread. More than one, because the handler of an exception may itself
// throw and catch others before it asks for the first one's stack.
struct RecentThrows {
  std::array<Throw, kThrows> slots;
  std::size_t next = 0;
};
thread_local RecentThrows recent_throws;
thread_local int without_stacks = 0;  // how many WithoutStacks objects this thread has

// An exception_ptr is one pointer to the thrown object (Itanium C++ ABI, as GCC and Clang have it).
const void* thrown_object(const std::exception_ptr& exception) {
  static_assert(sizeof(exception) == sizeof(void*));
  const void* object = nullptr;
  std::memcpy(&object, static_cast<const void*>(&exception), sizeof object);
  return object;
}

// Inlined, so that the first frame is that of __cxa_throw in every build.
[[gnu::always_inline]] inline void note_throw(const void* object, const void* type) {
  auto& slot = recent_throws.slots.at(recent_throws.next++ % kThrows);
  slot.object = object;
  slot.type = static_cast<const std::type_info*>(type);
  const auto frames = boost::stacktrace::safe_dump_to(0, slot.frames.data(), sizeof slot.frames);
  if (frames < slot.frames.size()) slot.frames.at(frames) = nullptr;
}

// How long is the name of an operator that stands here and has a `<` or `>` that begins or ends no
// list of template arguments? 0: none stands here.
std::size_t operator_at(const std::string& name, std::size_t at) {
  constexpr std::array<std::string_view, 13> kLongestFirst{
      "operator<=>", "operator<<=", "operator>>=", "operator->*", "operator->",
      "operator<<",  "operator>>",  "operator<=",  "operator>=",  "operator<",
      "operator>",   "->*",         "->"};
  const bool in_a_word = at > 0 && (std::isalnum(static_cast<unsigned char>(name[at - 1])) != 0 ||
                                    name[at - 1] == '_');
  for (const std::string_view each : kLongestFirst) {
    const bool is_word = each.front() == 'o';
    if (name.compare(at, each.size(), each) == 0 && !(is_word && in_a_word)) return each.size();
  }
  return 0;
}

// The root of the source tree: the path of this file, as the compiler was given it, without the
// part that we know.
std::string_view source_root() {
  constexpr std::string_view kThisFile = "core/stack.cc";
  const std::string_view path = __FILE__;
  return path.ends_with(kThisFile) ? path.substr(0, path.size() - kThisFile.size()) : "";
}

// `f() at /home/me/tree/x.cc:7` as `f() at x.cc:7`.
std::string with_relative_path(std::string frame) {
  const std::string before = std::string(" at ") + std::string(source_root());
  const std::size_t at = source_root().empty() ? std::string::npos : frame.rfind(before);
  if (at != std::string::npos) frame.erase(at + 4, source_root().size());
  return frame;
}

}  // namespace

WithoutStacks::WithoutStacks() { ++without_stacks; }
WithoutStacks::~WithoutStacks() { --without_stacks; }

Stack stack_at_throw(const std::exception_ptr& exception) {
  const void* object = thrown_object(exception);
  if (object == nullptr) return {};
  for (const Throw& slot : recent_throws.slots) {
    // Compare the type, too: the address may belong to a later exception by now.
    if (slot.object != object || *slot.type != *exception.__cxa_exception_type()) continue;
    Stack stack;
    for (const void* address : slot.frames) {
      if (address == nullptr) break;
      stack.push_back(reinterpret_cast<std::uintptr_t>(address));
    }
    if (!stack.empty()) stack.erase(stack.begin());  // __cxa_throw itself
    return stack;
  }
  return {};
}

std::string without_long_template_arguments(const std::string& name) {
  constexpr std::size_t kLine = 80;
  std::string shorter;
  std::vector<std::size_t> open;  // where in `shorter` each list begins that is not closed yet
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (const std::size_t size = operator_at(name, i)) {
      shorter.append(name, i, size);
      i += size - 1;
      continue;
    }
    if (name[i] == '>' && !open.empty()) {
      const std::size_t begin = open.back();
      open.pop_back();
      if (shorter.size() - begin > kLine) shorter.replace(begin, std::string::npos, "...");
    }
    shorter += name[i];
    if (name[i] == '<') open.push_back(shorter.size());
  }
  return open.empty() ? shorter : name;
}

std::vector<std::string> resolve(const Stack& stack) {
  static std::mutex mutex;
  static std::unordered_map<std::uintptr_t, std::string> known;
  const std::lock_guard lock(mutex);
  std::vector<std::string> lines;
  lines.reserve(stack.size());
  for (const std::uintptr_t address : stack) {
    std::string& line = known[address];
    if (line.empty()) {
      // A return address points behind the call, perhaps into the next line or even the next
      // function. One byte before it is still inside the call.
      const boost::stacktrace::frame frame(
          reinterpret_cast<const void*>(address - 1));  // NOLINT(performance-no-int-to-ptr)
      line =
          with_relative_path(without_long_template_arguments(boost::stacktrace::to_string(frame)));
    }
    lines.push_back(line);
  }
  return lines;
}

}  // namespace workbench

// Every `throw` of the program calls these two functions; ours do their work and call the real
// ones. GCC declares them by itself, with `void*` for the type_info. Their names are the ABI's:
// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming)

namespace {

template <class Function>
Function* next_definition_of(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" void* __cxa_allocate_exception(std::size_t size) noexcept {
  static auto* const real = next_definition_of<void*(std::size_t)>("__cxa_allocate_exception");
  void* object = real(size);
  for (auto& slot : workbench::recent_throws.slots) {
    if (slot.object == object) slot.object = nullptr;  // that exception is gone
  }
  return object;
}

extern "C" [[noreturn]] void __cxa_throw(void* object, void* type, void (*destroy)(void*)) {
  static auto* const real = next_definition_of<void(void*, void*, void (*)(void*))>("__cxa_throw");
  if (workbench::without_stacks == 0) workbench::note_throw(object, type);
  real(object, type, destroy);
  __builtin_unreachable();
}
// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming)
